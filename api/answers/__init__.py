"""The pages of the answers studio, on which maintainers look after what carers are told."""
