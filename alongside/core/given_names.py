"""Given names common in the United Kingdom, and everyday words: what tells a name that is typed without a capital."""


def words(text: str) -> frozenset[str]:
    """Return the words of a text."""
    return frozenset(text.split())


GIVEN_NAMES = words(
    """
    aaliyah aaron abbie abdul abdullah abigail abu ada adam adele adrian agnes ahmed aidan aiden aimee aisha alan alana
    albert alec alejandro aleksandra alessandro alex alexa alexander alexandra alexis alf alfie alfred ali alice alicia
    alina alisha alison alistair allan allison alma amanda amber amelia amelie amina amir amy ana anastasia andre andrea
    andreea andrei andrew andy angel angela angelina angharad anil anita ann anna annabel anne annette annie anthony antonia
    antonio anwen april arjun arnold art arthur arun aryan ash asha asif aurora austin ava axel ayaan ayesha barbara barry
    bartosz beata beatrice ben benjamin bernadette bernard bernie bert bertie beryl beth bethan bethany betty beverley bill
    billie billy blake bob bobby bonnie brad bradley brenda brendan brian bridget bronwen bruce bryan bryn caitlin callum
    cameron camilla carl carla carlos carmen carol carole caroline carolyn carrie carys cassie cath catherine catriona
    cecilia celia ceri chantelle charity charles charley charlie charlotte chelsea cheryl chidi chinedu chloe chris
    christian christina christine christopher ciara claire clara clare clive cody colin connie connor conor corey courtney
    craig crystal cynthia dafydd daisy dale damian damien dan daniel daniela danielle danny daphne darcey darren dave david
    davina dawid dawn dean deb debbie deborah debra declan dee deepak delia demi denis denise dennis derek dermot desmond
    dewi diana diane dilys dominic dominik don donald donna doreen doris dorothy doug douglas duncan dylan eamon ed eddie
    edgar edith edmund edna edward edwin eileen eilidh elaine eleanor elena eli elias elijah eliot eliza elizabeth ella
    ellen ellie elliot elliott elsa elsie emeka emil emilia emily emma emmanuel enid eoin eric erica erin ernest esme esther
    ethan ethel eugene eva evan eve evelyn evie ewa ewan faisal faith farah farhan faridah fatima fatoumata faye felicity
    felix fergus finlay finley finn fiona fleur flo florence frances francesca francis frank frankie fraser fred freddie
    frederick freya gabriel gabriela gail gareth garry gary gavin gemma gene geoff geoffrey george georgia georgie georgina
    gerald geraldine gerard gerry gethin giles gill gillian gina gladys glen glenn gloria glyn gordon grace graeme graham
    grant greg gregory greta grzegorz guy gwen gwyn gwyneth habib hafsa hamish hamza hannah harley harold harriet harrison
    harry harvey hasan hassan haydn hayley hazel heath heather hector heidi helen helena henry herbert hilary hilda holly
    hope howard hugh hugo humphrey huw hywel ian ibrahim ida ieuan ifan ikram imani imogen imran ines ingrid iona iqbal
    irene iris isaac isabel isabella isabelle isaiah isha isla ismail isobel ivan ivor ivy iwona jack jackie jackson jacob
    jacqueline jade jake jakub jamal james jamie jamil jan jane janet janice janine jasmin jasmine jason jasper javed jawad
    jay jayden jayne jean jeanette jeff jeffrey jen jenna jennie jennifer jenny jeremiah jeremy jerome jerry jess jesse
    jessica jessie jill jim jimmy jo joan joanna joanne jodie joe joel johan john johnny jon jonah jonathan jordan jorge
    jose joseph josephine josh joshua josie joy joyce juan judith judy julia julian julie juliet june justin justyna kai
    kamil kane karen karl karolina kasia katarzyna kate katherine kathleen kathryn kathy katie katrina katy kay kayla
    kayleigh keeley keiran keith kelly kelsey ken kenneth kenny kerry kev kevin khadija khalid khalil kian kieran kim
    kimberley kiran kirsten kirsty kit klaudia krystyna krzysztof kurt kwame kyle lakshmi lance lara laura lauren laurence
    layla leah leanne lee leila lena leo leon leona leonard leroy lesley leslie leticia levi lewis lexi liam libby lila
    lilian lillian lily linda lindsay lindsey lisa liz lizzie llewellyn lloyd logan lois lola lorna lorraine lottie lou
    louis louisa louise luca lucas lucia lucy luis lukasz luke luna lydia lynda lyndon lynn lynne mabel maciej maddie
    maddison madeleine madison magdalena maggie mahmoud maisie malcolm malgorzata malik mandy manish marc marcel marcia
    marcin marcus margaret margot maria mariam marian marie marilyn mario marion marjorie mark marlon marta martha martin
    martyn mary maryam mason mateusz mathew matilda matt matthew maureen maurice max maxine may maya megan mehmet mel
    melanie melissa melody mercy meredith mia michael michaela michal michelle mick mike mikey mila milan miles millie milly
    milo mina miriam mo moe mohamed mohammad mohammed moira molly mona monica monika morag moses muhammad mustafa myra nabil
    nadia nadine nancy naomi nasreen natalia natalie natasha nathan nathaniel naveed neil nell nellie nia niamh nicholas
    nick nicky nicola nicole nigel nihal nikita nikki nina nisha noah noel noor nora norma norman nusrat octavia olga olive
    oliver olivia ollie olu oluwaseun omar orla oscar osman oswald owain owen paige pam pamela parveen pascal pat patience
    patricia patrick paul paula pauline pawel pearl peggy penelope penny percy perry pete peter petra phil philip philippa
    phillip phoebe phyllis pierce piers piotr pippa polly poppy prakash precious priscilla priya rabia rachael rachel radha
    rahul raj rajesh ralph ramona randolph rashid raul ravi ray raymond rebecca rebekah reece reg reggie reginald rehana
    rehman reuben rex rhian rhiannon rhodri rhona rhys ricardo richard rick ricky riley rita rizwan rob robbie robert
    roberta roberto robin robyn rod roderick roger rohan roland roman ron ronald ronan ronnie rory rosa rosalind rose
    roseanne roselyn rosemary rosie ross rowena roxanne roy ruby rudy rupert russell ruth ryan saad sabrina sadia safa saima
    salim sally salma sam samantha samina samir samira samuel sana sandeep sandra sandy sanjay sara sarah saul scarlett
    scott sean seb sebastian selina seren serena shabana shane shanice shannon sharon shaun shauna sheila shelley sheryl
    shirley shona shreya sian sidney sienna simon simone sinead siobhan sky sofia sonia sonya sophia sophie spencer stacey
    stan stanley stef stefan stella stephanie stephen steve steven stewart stuart sue suleiman sultana summer sunil sunita
    surinder susan susanna susie suzanne sven sybil syed sylvia tabitha tahir tamara tamsin tania tanya tara tariq tasha
    tayyab ted teddy terence teresa terri terry tessa thea thelma theo theodore theresa therese thomas tia tiffany tilly tim
    timothy tina toby todd tom tomasz tommy tony tracey tracy trevor tricia trish tristan trudy tudor tyler tyrone uma umar
    una ursula usha usman val valerie vanessa vera verity vernon veronica vic vicki vicky victor victoria vijay vince
    vincent viola violet viv vivian vivien vivienne wade waleed walter wanda warren wayne wendy wesley wilf wilfred will
    william willow winifred winston wojciech xavier yasmin yasmine yolanda younis yousef yusuf yvette yvonne zac zach
    zachary zahra zain zainab zak zara zeeshan zena zoe zofia zosia zuzanna
    """
)

ALSO_WORDS = words(
    """
    amber angel april art ash bill carol charity christian crystal daisy dale dawn dean dee don drew earl eve faith fay
    frank gene gill glen grace grant guy hazel heath heather hope iris ivy jan jasmine jay jean joy june kit lance laurel
    lily mark mason max may melody mercy mick miles nick noel olive pat patience pearl penny pierce poppy precious ray rich
    rob robin rod roman rose ruby rusty sandy sky sue summer van victor viola violet wade will willow
    """
)
"""Names that are words as well: without a capital they are taken for the word, unless something before them says otherwise."""

EVERYDAY = words(
    """
    a about above after afterwards again against age ago ahead all allowed almost alone along already alright also although
    always am an and angry another any anybody anymore anyone anything anyway anywhere are around as ask asked asking asks
    at august away awful back bad be because been before began begin being below best better between big both bring british
    brought but by call called calling calls came can cannot cant care carer carers cares child children come comes coming
    could couldnt crying day days dear december did didnt discharge discharged do does doesnt doing done dont down during
    each else end england english enough even ever every everybody everyone everything family far february feel feeling
    feels felt few finally find first for found friday friend from full gave get gets getting give given gives giving go
    goes going gone good got had hadnt half happen happened happens hard has hasnt hate hates have havent having he heard
    hears hello help helped helping her here hers herself hes hi him himself his home hopes hospital hours house how however
    i if ill im in inside instead into ireland is isnt it its itself ive january just keep keeps kept know knows last late
    later leave leaves leaving left less let lets like likes live lived lives living long look looked looking looks lot love
    loves made make makes making many march maybe me mean means meeting mental might mine monday money month months more
    morning most mother much must my myself near need needed needs never new next nhs night no nobody none nor northern not
    nothing november now nurse nurses october of off often ok okay old on once one only open or other others our ours out
    outside over own people perhaps person phone please poorly put rang rather really refused refuses ring rings said same
    saturday saw say saying says scotland scottish seconds section sectioned see seem seems seen sees send sent september
    shall she shes should shouldnt shouting sick since sister so some somebody someone something sometimes soon sorry staff
    stay stays still stop stopped such sunday support sure take taken takes taking talk talked talking team tell telling
    tells thank thanks that thats the their theirs them themselves then there theres these they theyre thing things think
    thinks this those though thought through thursday till to today together told tomorrow tonight too took tried tries
    trying tuesday turn turned two uk under unit until unwell up upset us use used very visit visiting visits voices wait
    waiting wales want wanted wants ward wards was wasnt way we wednesday week weekend weekends weeks well welsh went were
    werent weve what whatever whats when whenever where whether which while who whole whom whose why wife with within
    without wont word words work worried worse worst would wouldnt write wrote year years yes yesterday yet you young your
    youre yours yourself
    """
)
"""Words that are never taken for a name where they follow “my son”, “nurse” and the like."""
