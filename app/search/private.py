"""Words that find nobody who says them of themselves: sex, age, family, origin, faith, health, home.

Some stand in names of jobs (« sage-femme », « personnes âgées »): there they can be found, since a job says
nothing of who looks for it; in what somebody says or writes freely they cannot.  Languages are found by the
level that somebody declares.  Source: Code pénal, article 225-1 (criteria of discrimination).
"""

PRIVATE = (
    # sex and family
    "femme homme fille garçon dame monsieur madame mademoiselle féminin masculin enfant bébé mère père "
    "maman papa parent frère sœur fils famille familial épouse époux mari marié mariée célibataire "
    "divorcé divorcée veuf veuve enceinte grossesse maternité paternité gay lesbienne homosexuel "
    "transgenre "
    # age
    "an âge âgé âgée jeune jeunesse vieux vieille senior junior adulte adolescent adolescente ado "
    "mineur majeur majorité anniversaire né née naissance aîné cadet un deux trois quatre cinq six sept "
    "huit neuf dix onze douze treize quatorze quinze seize vingt trente "
    # origin and language
    "origine natif native nationalité étranger étrangère étrangers immigré immigrée immigration migrant "
    "réfugié réfugiée asile papiers métis métisse noir noire blanc blanche race racine pays village "
    "bled continent national international afrique africain africaine maghreb maghrébin maghrébine "
    "arabe algérie algérien algérienne maroc marocain marocaine tunisie tunisien tunisienne berbère "
    "kabyle sénégal sénégalais sénégalaise mali malien malienne guinée guinéen guinéenne ivoirien "
    "ivoirienne comores comorien comorienne congo congolais congolaise cameroun camerounais "
    "camerounaise wolof peul bambara lingala swahili antillais antillaise créole haïti haïtien "
    "haïtienne turc turque turquie kurde syrie syrien syrienne afghan afghane afghanistan ukraine "
    "ukrainien ukrainienne russe russie roumain roumaine roumanie bulgare albanais albanaise rom gitan "
    "gitane tsigane manouche portugais portugaise portugal espagnol espagnole espagne italien italienne "
    "italie polonais polonaise pologne allemand allemande allemagne anglais anglaise angleterre "
    "américain américaine amérique européen européenne europe asie asiatique chinois chinoise chine "
    "vietnamien vietnamienne vietnam japonais japonaise japon indien indienne inde pakistanais "
    "pakistanaise tamoul bengali français française france breton bretonne alsacien alsacienne corse "
    # faith and opinion
    "religion religieux religieuse croyant croyante dieu islam musulman musulmane chrétien chrétienne "
    "catholique protestant protestante juif juive imam mosquée église voile foulard ramadan prière "
    "politique syndicat syndical syndiqué "
    # health and looks
    "handicap handicapé handicapée invalide invalidité malade maladie santé sourd sourde muet muette "
    "aveugle autiste autisme dyslexique dyslexie dépression cancer fauteuil obèse gros grosse maigre "
    "grand grande petit petite beau belle "
    # home and past
    "quartier cité banlieue ville zone prioritaire résidence foyer logement domicile adresse immeuble "
    "hébergé hébergée prison détenu détenue détention pauvre pauvreté chômage militaire"
)
