"""Who the carer worker of a ward is, and how and when to reach them."""

from actions.base import Speaker
from actions.lookups import WardLookUp, say_not_current
from actions.names import ActionName, Intent, Response
from alongside.services.directory import Asked, Held, Which, WorkerFound


class CarerWorker(WardLookUp[WorkerFound]):
    """Says a named ward's carer support worker."""

    action_name = ActionName.CARER_WORKER
    intent = Intent.FIND_CARER_WORKER

    async def find(self, asked: Asked) -> WorkerFound | Which:
        return await self.directory.carer_worker(asked)

    def tell(self, found: WorkerFound, say: Speaker) -> None:
        if found.worker is not None:
            say(
                Response.CARER_WORKER,
                ward=found.ward.name,
                worker_name=found.worker.name,
                role=found.worker.role,
                hours=found.hours,
                phone=found.worker.phone,
                email=found.worker.email,
            )
        elif found.held is Held.EXPIRED or found.phone is None:
            say_not_current(found.ward, found.phone, say)
        else:
            say(Response.CARER_WORKER_NONE, ward=found.ward.name, phone=found.phone)
