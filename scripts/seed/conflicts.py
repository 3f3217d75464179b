"""The conflict part of the seed: 1,000 events of UCDP GED 23.1 with their parties, conflicts and places.

    EVENTSAPI_REALDATA=<folder of the real data> python3 scripts/seed/conflicts.py

Only GED 23.1 is read. The compact file of GED 21.1 has no precision of day and place, so its rows could only be
shown as more exact than they are; the sample covers all three kinds of violence and every year 1989-2022 by itself.
Run it after the world part: cities that part holds are used and not written again.
"""
import calendar
import collections
import datetime
import gzip
import json
import re

from common import DATA, SEED, clean, countries, rows, slug, write

GED, EDITORS = "R200", "R203"
SAMPLE = "ucdp/ged_23_1_sample1000_49col.csv.gz"
COUNTRIES = countries()
STATE_BASED, NON_STATE, ONE_SIDED = "1", "2", "3"

# UCDP's names of countries and governments that are not our short names.
UCDP_STATES = {
    "DR Congo (Zaire)": "COD", "Turkey": "TUR", "Bosnia-Herzegovina": "BIH", "Russia (Soviet Union)": "RUS", "Yemen (North Yemen)": "YEM",
    "Myanmar (Burma)": "MMR", "Serbia (Yugoslavia)": "SRB", "Ivory Coast": "CIV", "Cambodia (Kampuchea)": "KHM", "Macedonia, FYR": "MKD",
    "Kingdom of eSwatini (Swaziland)": "SWZ", "United States of America": "USA", "Sri Lanka (Ceylon)": "LKA", "Russia": "RUS",
}
# The tree of places is today's (ISO 3166); UCDP files these under the country of the time, Gaza and the West Bank under Israel.
ADM1_TODAY = {
    "Gaza Strip": "PSE", "West Bank": "PSE", "Kosovo province": "XKX", "Vukovar-Syrmia": "HRV",
    "Equatoria state": "SSD", "Western Bahr-al-Ghazal state": "SSD", "Upper Nile state": "SSD",
}
WITH_ARTICLE = {"Philippines", "Central African Republic", "United States", "United Kingdom", "Comoros"}

# One unit under two names in the source: the name kept, and the other one with its type.
SAME_ADMIN = {"Northern Darfur state": "North Darfur state", "Southern Darfur state": "South Darfur state", "Orissa state": "Odisha state", "Nord Kivu region": "Nord Kivu province"}
ADMIN_NAMES = {"Odisha state": ("Orissa state", "former"), "North Darfur state": ("Northern Darfur state", "alias"), "South Darfur state": ("Southern Darfur state", "alias")}

# Places whose wording in the source is no name: (name, phrase of a title or None, further name).
PLACE_WORDING = {
    "Badghis - Hirat highway": ("Badghis–Hirat highway", "on the Badghis–Hirat highway", None),
    "Chad-Sudan Border": ("Chad–Sudan border", "on the Chad–Sudan border", None),
    "DPR controlled territory": ("Territory held by the Donetsk People's Republic", "in territory held by the DPR", None),
    "Ithriya-Tabqa-Resafa Junction": ("Ithriya–Tabqa–Resafa junction", "at the Ithriya–Tabqa–Resafa junction", None),
    "Line of Contact": ("Line of Contact (Nagorno-Karabakh)", "on the Line of Contact", None),
    "LoC Poonch district": ("Line of Control, Poonch district", "on the Line of Control in Poonch district", None),
    "Pakistan-Iran border": ("Pakistan–Iran border", "on the Pakistan–Iran border", None),
    "Road between Parral and Chihuahua": ("Parral–Chihuahua road", "on the road between Parral and Chihuahua", None),
    "Areas affected by Naxalite violence": ("Areas affected by Naxalite violence", "in areas affected by Naxalite violence", None),
    "Border between Rāziḩ district and Saudi Arabia": ("Border between Rāziḩ district and Saudi Arabia", "near the border between Rāziḩ district and Saudi Arabia", None),
    "Lake Albert (off Irumu)": ("Lake Albert (off Irumu)", "on Lake Albert off Irumu", None),
    "Iqlim al-Tuffah ridge": ("Iqlim al-Tuffah ridge", "on the Iqlim al-Tuffah ridge", None),
    "Qalamoun mountain range": ("Qalamoun mountain range", "in the Qalamoun mountain range", None),
    "Réserve partielle de faune d'Ansongo-Ménaka": ("Réserve partielle de faune d'Ansongo-Ménaka", "in the Ansongo-Ménaka reserve", None),
    "South Lebanon Occupation zone": ("South Lebanon occupation zone", "in the South Lebanon occupation zone", None),
    "Kosmi village, Dhanora sub-district": ("Kosmi", "around Kosmi village", None),
    "Kashmir valley": ("Kashmir valley", "in the Kashmir valley", None),
    "Northern Dali governorate": ("Northern Dali governorate", "in northern Dali governorate", None),
    "Western Deir ez Zor governorate": ("Western Deir ez Zor governorate", "in western Deir ez Zor governorate", None),
    "Northern Iraq": ("Northern Iraq", "in northern Iraq", None),
    "Northern Uganda": ("Northern Uganda", "in northern Uganda", None),
    "Southern Ukraine": ("Southern Ukraine", "in southern Ukraine", None),
    "Jolo island": ("Jolo island", "on Jolo island", None),
    "Anjouan island": ("Anjouan island", "on Anjouan island", None),
    "Hawijat Saqr island": ("Hawijat Saqr island", "on Hawijat Saqr island", None),
    "Tadmur/Palmyra town": ("Palmyra", None, "Tadmur"),
    "Al-Rai town (Choban Bey)": ("Al-Rai", None, "Choban Bey"),
    "Husn castle / Krac des Chevaliers": ("Krac des Chevaliers", None, "Husn castle"),
    "Dahiet Elasad/Al Assad suburb": ("Dahiet Elasad", None, "Al Assad"),
    "Chaghcharan (Feroz Koh) town": ("Chaghcharan", None, "Feroz Koh"),
    "Markaz Wolluswali Dahi (Dara-i-Suf) town": ("Markaz Wolluswali Dahi", None, "Dara-i-Suf"),
    "Izz ad-Din (Ezzeddin) village": ("Izz ad-Din", None, "Ezzeddin"),
    "military base Regiment 111": ("Regiment 111 military base", "near the Regiment 111 military base", None),
    "52nd Armoured Brigade": ("52nd Armoured Brigade base", "near the 52nd Armoured Brigade base", None),
    "Foca Town": ("Foča", None, "Foca"),
    "Nevesinjie village": ("Nevesinje", None, "Nevesinjie"),
}
# The source's point lies 45 km off; its name and district leave no doubt which town of the world part it is.
SAME_PLACE = {("ISR", "Netanya"): "netanya"}
VENUES = re.compile(r"airport|airbase|airfield|\bFOB\b|camp$|checkpoint|crossing$|dam$|power plant|oil field|farms$|shrine|castle|brigade|base Regiment|industrial district", re.I)
AREAS = re.compile(r"\b(area|valley|plains|mountain|hills|woreda|colline|island|stream)$|^(Jabal|Mount|Tall Zaghbaq|Tall Bazzam|Border)\b|\bTop$|Ghouta$", re.I)

# Armed groups: UCDP's name | name | id where the slug of the name is not what people type | country | sort | further names.
# Sorts: R armed group, C criminal organization, U umbrella for several groups, G community, S supporters of a party, P party,
# N government of no state, A authority that fought for a state of its own.
# Further names: "xx:" is a language, "<" marks a former name. Only names that are beyond doubt; the rest keep UCDP's.
GROUP_TABLE = """
400 Mawozo|400 Mawozo||HTI|C|
ADF|Allied Democratic Forces|||R|ADF
AFP-Gutabara|AFP-Gutabara||COD|R|
AIS|Islamic Salvation Army||DZA|R|AIS; fr:Armée islamique du salut
APCLS|Alliance of Patriots for a Free and Sovereign Congo|apcls|COD|R|APCLS
AQIM|Al-Qaeda in the Islamic Maghreb|aqim||R|AQIM; <Salafist Group for Preaching and Combat; <GSPC
ARS/UIC|Alliance for the Re-liberation of Somalia / Union of Islamic Courts|ars-uic|SOM|R|ARS/UIC
ASG|Abu Sayyaf|abu-sayyaf|PHL|R|ASG; Abu Sayyaf Group
AUC|United Self-Defense Forces of Colombia|auc|COL|R|AUC; es:Autodefensas Unidas de Colombia
Abgal clan (Hawiye)|Abgal clan (Hawiye)||SOM|G|
Agatu|Agatu||NGA|G|
Ahali|Ahali||LBY|G|
Ahfad al Rasoul Brigade|Ahfad al Rasoul Brigade||SYR|R|
Ahrar al-Sham|Ahrar al-Sham||SYR|R|
Ajuran|Ajuran||KEN|G|
Aknaf Bait al-Maqdis|Aknaf Bait al-Maqdis||SYR|R|
Al-Shabaab|Al-Shabaab||SOM|R|Harakat al-Shabaab al-Mujahideen; ar:حركة الشباب المجاهدين
Ambazonia insurgents|Ambazonia insurgents||CMR|U|
Amigos Para Sempre|Amigos Para Sempre||BRA|C|
Ansaar ul-Islam|Ansaar ul-Islam||PAK|R|
Ansar Dine|Ansar Dine||MLI|R|
Ansarallah|Ansarallah||YEM|R|Houthis; Houthi movement; Ansar Allah; ar:أنصار الله
Army of Ahl al-Sunni wal Jamaa|Army of Ahl al-Sunni wal Jamaa||SYR|R|
Army of Maoata al-Islami|Army of Maoata al-Islami||SYR|R|
Army of al-Ikhlas|Army of al-Ikhlas||SYR|R|
Associação Família Capixaba|Associação Família Capixaba||BRA|C|
Authenticity and Development Front|Authenticity and Development Front||SYR|R|
B40|B40||BRA|C|
BDK|Bundu dia Kongo||COD|R|BDK
BIFM|Bangsamoro Islamic Freedom Movement|bifm|PHL|R|BIFM
BLA|Baloch Liberation Army||PAK|R|BLA; Balochistan Liberation Army
BRA|Baloch Republican Army||PAK|R|BRA
Banyarwanda|Banyarwanda||COD|G|
Batwa|Batwa||COD|G|
Bayareq al-Shaaitat|Bayareq al-Shaaitat||SYR|R|
Beltrán Leyva Cartel|Beltrán Leyva Cartel||MEX|C|
Birom|Birom||NGA|G|
Bonde do Maluco|Bonde do Maluco||BRA|C|
Bonde dos 13|Bonde dos 13||BRA|C|
Burkinabé|Burkinabé||CIV|G|
CMC|CMC|cmc-dr-congo|COD|R|fr:Collectif des mouvements pour le changement
CNDD-FDD|CNDD-FDD||BDI|R|National Council for the Defense of Democracy – Forces for the Defense of Democracy
CNDP|National Congress for the Defence of the People|cndp|COD|R|CNDP; fr:Congrès national pour la défense du peuple
CPC|Coalition of Patriots for Change||CAF|R|CPC; fr:Coalition des patriotes pour le changement
CPI-Maoist|Communist Party of India (Maoist)|cpi-maoist|IND|R|CPI-Maoist; Naxalites; Maoists
CPN-M|Communist Party of Nepal (Maoist)|cpn-maoist|NPL|R|CPN-M
CPP|Communist Party of the Philippines|cpp|PHL|R|CPP; New People's Army; NPA
Cartel Independiente de Acapulco|Cartel Independiente de Acapulco||MEX|C|Independent Cartel of Acapulco
Carteles Unidos|Cárteles Unidos||MEX|C|United Cartels
Chechen Republic of Ichkeria|Chechen Republic of Ichkeria||RUS|A|
Christians (CAR)|Christians (Central African Republic)||CAF|G|
Christians (Indonesia)|Christians (Indonesia)||IDN|G|
Christians (Nigeria)|Christians (Nigeria)||NGA|G|
Comando Vermelho|Comando Vermelho||BRA|C|Red Command; CV
Croatian Republic of Bosnia-Herzegovina|Croatian Republic of Bosnia-Herzegovina||BIH|A|Croatian Republic of Herzeg-Bosnia
DPR|Donetsk People's Republic|donetsk-peoples-republic|UKR|A|DPR; DNR
Da'ud subclan of Abgal clan (Hawiye)|Da'ud subclan of Abgal clan (Hawiye)|daud-subclan-of-abgal|SOM|G|
Degodia|Degodia||KEN|G|
Dioula|Dioula||CIV|G|
ELN|National Liberation Army (Colombia)|eln|COL|R|ELN; es:Ejército de Liberación Nacional
FARC|Revolutionary Armed Forces of Colombia|farc|COL|R|FARC; FARC-EP; es:Fuerzas Armadas Revolucionarias de Colombia
FDLR-FOCA|Democratic Forces for the Liberation of Rwanda|fdlr||R|FDLR; FDLR-FOCA; fr:Forces démocratiques de libération du Rwanda
FLEC-FAC|FLEC-FAC||AGO|R|Front for the Liberation of the Enclave of Cabinda – Armed Forces of Cabinda
FPP-AP|FPP-AP||COD|R|fr:Front des patriotes pour la paix – Armée du peuple
FPRC|Popular Front for the Rebirth of the Central African Republic|fprc|CAF|R|FPRC; fr:Front populaire pour la renaissance de la Centrafrique
FRPI|Patriotic Resistance Front of Ituri|frpi|COD|R|FRPI; fr:Force de résistance patriotique de l'Ituri
Família Terror Amapá|Família Terror Amapá||BRA|C|
Fatah|Fatah||PSE|R|ar:فتح
Fatah Halab|Fatah Halab||SYR|R|Aleppo Conquest
Forces of Khudoberdiyev|Forces of Khudoberdiyev||TJK|R|
Forces of the Caucasus Emirate|Caucasus Emirate||RUS|R|Forces of the Caucasus Emirate
Forces of the House of Representatives|Forces of the House of Representatives (Libya)|forces-of-the-house-of-representatives-libya|LBY|R|
Forces of the Presidential Leadership Council|Forces of the Presidential Leadership Council||YEM|R|
Fulani|Fulani|||G|
GAM|Free Aceh Movement||IDN|R|GAM; id:Gerakan Aceh Merdeka
GATIA|GATIA||MLI|R|fr:Groupe autodéfense touareg Imghad et alliés
GDE|Guardiões do Estado||BRA|C|GDE
GIA|Armed Islamic Group (Algeria)|gia|DZA|R|GIA; fr:Groupe islamique armé
Garre|Garre||KEN|G|
Ghuraba al-Sham|Ghuraba al-Sham||SYR|R|
Giants Brigade|Giants Brigade||YEM|R|Giants Brigades; Al-Amaliqa
Gulf Cartel|Gulf Cartel||MEX|C|es:Cártel del Golfo
Guéré|Guéré||CIV|G|
HTS|Hay'at Tahrir al-Sham|hayat-tahrir-al-sham|SYR|R|HTS; ar:هيئة تحرير الشام
Hamas|Hamas||PSE|R|ar:حماس
Harakit Sawa'id Misr|Hasm Movement||EGY|R|Harakat Sawa'id Misr
Hema|Hema||COD|G|
Hezbollah|Hezbollah||LBN|R|Hizballah; Hizbullah; ar:حزب الله
Hizb-i Islami-yi Afghanistan|Hizb-i Islami-yi Afghanistan||AFG|R|Hezb-e Islami; Hezb-e-Islami Gulbuddin
Hizb-i Islami-yi Afghanistan - Khalis faction|Hizb-i Islami-yi Afghanistan – Khalis faction|hizb-i-islami-khalis|AFG|R|Hezb-e Islami Khalis
Hunde|Hunde||COD|G|
Hutu|Hutu (DR Congo)||COD|G|
Hutu rebels|Hutu rebels (Burundi)||BDI|U|
IPOB|Indigenous People of Biafra|ipob|NGA|R|IPOB
IS|Islamic State|||R|IS; ISIS; ISIL; Daesh; Islamic State of Iraq and Syria; Islamic State of Iraq and the Levant; <Islamic State of Iraq; ar:الدولة الإسلامية; ar:داعش
Islah|Islah (Yemen)||YEM|P|Al-Islah
Islamic Front|Islamic Front (Syria)||SYR|R|
JNIM|Jama'at Nusrat al-Islam wal-Muslimin|jnim||R|JNIM
JVP|Janatha Vimukthi Peramuna|jvp|LKA|R|JVP; People's Liberation Front
Jabhat Fateh al-Sham|Jabhat Fateh al-Sham||SYR|R|<Al-Nusra Front; <Jabhat al-Nusra
Jaish al-Muhajireen wal-Ansar|Jaish al-Muhajireen wal-Ansar||SYR|R|
Jalisco Cartel New Generation|Jalisco New Generation Cartel||MEX|C|CJNG; es:Cártel de Jalisco Nueva Generación
Jama'atu Ahlis Sunna Lidda'awati wal-Jihad|Boko Haram||NGA|R|JAS
Janjaweed|Janjaweed||SDN|R|
Jaysh Usud al-Sharqiya|Jaysh Usud al-Sharqiya||SYR|R|Army of the Lions of the East
Jaysh al-Islam|Jaysh al-Islam||SYR|R|Army of Islam
Jaysh al-Sanadid|Jaysh al-Sanadid||SYR|R|Al-Sanadid Forces
Jazeera-Euphrates Liberation Front|Jazeera-Euphrates Liberation Front||SYR|R|
Jondullah|Jundallah (Iran)||IRN|R|Jondollah
Juarez Cartel|Juárez Cartel||MEX|C|es:Cártel de Juárez
Jukun|Jukun||NGA|G|
Junbish-i Milli-yi Islami|Junbish-i Milli-yi Islami||AFG|R|National Islamic Movement of Afghanistan
KIO|Kachin Independence Organization|kachin-independence-organization|MMR|R|KIO
KPNLF|Khmer People's National Liberation Front|kpnlf|KHM|R|KPNLF
KR|Khmer Rouge||KHM|R|
Kamajors|Kamajors||SLE|R|
Kamuina Nsapu|Kamuina Nsapu||COD|R|Kamwina Nsapu
Kashmir insurgents|Kashmir insurgents|||U|
Koglweogo|Koglweogo||BFA|R|
Kyrgyz|Kyrgyz (Kyrgyzstan)||KGZ|G|
LPR|Luhansk People's Republic|luhansk-peoples-republic|UKR|A|LPR; LNR; Lugansk People's Republic
LRA|Lord's Resistance Army|lords-resistance-army||R|LRA
LTTE|Liberation Tigers of Tamil Eelam|ltte|LKA|R|LTTE; Tamil Tigers
La Nueva Familia|La Nueva Familia Michoacana||MEX|C|
Lashkar-e-Islam|Lashkar-e-Islam||PAK|R|
Lendu|Lendu||COD|G|
Liwa al-Fateh|Liwa al-Fateh||SYR|R|
Liwa al-Qadisiya|Liwa al-Qadisiya||SYR|R|
Los Ardillos|Los Ardillos||MEX|C|
Los Rojos|Los Rojos||MEX|C|
Los Zetas|Los Zetas||MEX|C|
Los Zetas - Cártel del Noreste faction|Cártel del Noreste||MEX|C|Northeast Cartel
Luba|Luba||COD|G|
M23|March 23 Movement|m23|COD|R|M23
MFS|Syriac Military Council||SYR|R|MFS
MPA/Republic of Anjouan|MPA/Republic of Anjouan|mpa-republic-of-anjouan|COM|A|fr:Mouvement populaire anjouanais
MPCI|Patriotic Movement of Côte d'Ivoire|mpci|CIV|R|MPCI; fr:Mouvement patriotique de Côte d'Ivoire
MQM|Muttahida Qaumi Movement|mqm|PAK|P|MQM; <Mohajir Qaumi Movement
MQM-H|Mohajir Qaumi Movement – Haqiqi|mqm-haqiqi|PAK|P|MQM-H
MSA|Movement for the Salvation of Azawad||MLI|R|MSA; fr:Mouvement pour le salut de l'Azawad
Mangal|Mangal||PAK|G|
Martyr Lieutenant Ahmed Abdou Brigades|Martyr Lieutenant Ahmed Abdou Brigades||SYR|R|
Mayi Mayi Biloze Bishambuke|Mayi Mayi Biloze Bishambuke||COD|R|Mai-Mai Biloze Bishambuke
Mayi Mayi Mazembe|Mayi Mayi Mazembe||COD|R|Mai-Mai Mazembe
Murle|Murle|||G|
Muslims (CAR)|Muslims (Central African Republic)||CAF|G|
Muslims (Indonesia)|Muslims (Indonesia)||IDN|G|
Muslims (Nigeria)|Muslims (Nigeria)||NGA|G|
NDC|Nduma Defence of Congo|ndc|COD|R|NDC
NDC-R|Nduma Defence of Congo – Renovated|ndc-r|COD|R|NDC-R; fr:Nduma défense du Congo – Rénové
NDC-R-GBS|NDC-R-GBS||COD|R|
NDFB|National Democratic Front of Bodoland|ndfb|IND|R|NDFB
NDFB - RD|National Democratic Front of Bodoland – Ranjan Daimary faction|ndfb-rd|IND|R|NDFB-RD
NRF|National Resistance Front (Afghanistan)|national-resistance-front-afghanistan|AFG|R|NRF
NSCN-IM|National Socialist Council of Nagaland – Isak-Muivah|nscn-im|IND|R|NSCN-IM
NUG|National Unity Government (Myanmar)|national-unity-government-myanmar|MMR|A|NUG
Nuer|Nuer|||G|
Nueva Plaza Cartel|Nueva Plaza Cartel||MEX|C|
Nyanga|Nyanga||COD|G|
OLA|Oromo Liberation Army|oromo-liberation-army|ETH|R|OLA
ONLF|Ogaden National Liberation Front|onlf|ETH|R|ONLF
OPM|Free Papua Movement||IDN|R|OPM; id:Organisasi Papua Merdeka
PCC|Primeiro Comando da Capital||BRA|C|PCC; First Capital Command
PIJ|Palestinian Islamic Jihad||PSE|R|PIJ; Islamic Jihad Movement in Palestine; ar:حركة الجهاد الإسلامي في فلسطين
PKK|Kurdistan Workers' Party|pkk|TUR|R|PKK; ku:Partiya Karkerên Kurdistanê
PLA|People's Liberation Army (Manipur)||IND|R|PLA
PNA|Palestinian National Authority||PSE|N|PNA; Palestinian Authority
PREPAK|People's Revolutionary Party of Kangleipak|prepak|IND|R|PREPAK
PSLF|Palaung State Liberation Front|pslf|MMR|R|PSLF; Ta'ang National Liberation Army; TNLA
PWG|People's War Group||IND|R|PWG
PYD|Democratic Union Party (Syria)|pyd|SYR|R|PYD
Palipehutu-FNL|Palipehutu-FNL||BDI|R|
Patani insurgents|Patani insurgents||THA|U|
Pokot|Pokot||KEN|G|
RUF|Revolutionary United Front|ruf|SLE|R|RUF
Rahman Corps|Rahman Corps||SYR|R|Failaq al-Rahman
Renamo|Renamo||MOZ|R|pt:Resistência Nacional Moçambicana; Mozambican National Resistance
Republic of Artsakh|Republic of Artsakh||AZE|A|<Nagorno-Karabakh Republic
SDB|SDB|sdb-libya|LBY|R|
SDF|Syrian Democratic Forces||SYR|R|SDF; ar:قوات سوريا الديمقراطية
SLDF|Sabaot Land Defence Force||KEN|R|SLDF
SLM/A|Sudan Liberation Movement/Army|slm-a|SDN|R|SLM/A; SLA
SNA|Syrian National Army||SYR|R|SNA
SPLM/A|Sudan People's Liberation Movement/Army|spla|SDN|R|SPLM/A; SPLA
SPLM/A-North|Sudan People's Liberation Movement/Army-North|splm-north|SDN|R|SPLM/A-North; SPLM-N
SRF|Sudan Revolutionary Front||SDN|R|SRF; Sudanese Revolutionary Front
STC|Southern Transitional Council||YEM|R|STC
Santa Rosa de Lima Cartel|Santa Rosa de Lima Cartel||MEX|C|es:Cártel de Santa Rosa de Lima
Sendero Luminoso|Shining Path||PER|R|es:Sendero Luminoso
Serbian Republic of Bosnia-Herzegovina|Serbian Republic of Bosnia-Herzegovina||BIH|A|Republika Srpska; Bosnian Serbs
Sinaloa Cartel|Sinaloa Cartel||MEX|C|es:Cártel de Sinaloa
Sons of Yarmouk Movement|Sons of Yarmouk Movement||SYR|R|
Southern Front|Southern Front (Syria)||SYR|R|
Supporters of ANC|Supporters of the ANC||ZAF|S|Supporters of the African National Congress
Supporters of ANPP|Supporters of the ANPP||NGA|S|Supporters of the All Nigeria Peoples Party
Supporters of IFP|Supporters of the IFP||ZAF|S|Supporters of the Inkatha Freedom Party
Supporters of PDP|Supporters of the PDP||NGA|S|Supporters of the People's Democratic Party
Supporters of UDF|Supporters of the UDF||ZAF|S|Supporters of the United Democratic Front
Syrian insurgents|Syrian insurgents||SYR|U|
TPLF|Tigray People's Liberation Front|tplf|ETH|R|TPLF
TTP|Tehrik-i-Taliban Pakistan|ttp|PAK|R|TTP; Pakistani Taliban
Tahrir al- Sham Army|Tahrir al-Sham Army||SYR|R|
Taleban|Taliban||AFG|R|ps:طالبان
Terceiro Comando|Terceiro Comando||BRA|C|Third Command
Tijuana Cartel|Tijuana Cartel||MEX|C|es:Cártel de Tijuana
Tijuana Cartel - El Teo|Tijuana Cartel – El Teo faction||MEX|C|
Tiv|Tiv||NGA|G|
Toposa|Toposa|||G|
Toubou|Toubou|||G|Tebu
Turi|Turi||PAK|G|
Turkana|Turkana||KEN|G|
UCK|UCK||||
UDA|Ulster Defence Association||GBR|R|UDA
UIFSA|United Islamic Front for the Salvation of Afghanistan|northern-alliance-afghanistan|AFG|R|UIFSA; Northern Alliance; United Front
ULFA|United Liberation Front of Assam|ulfa|IND|R|ULFA; United Liberation Front of Asom
UNITA|UNITA||AGO|R|National Union for the Total Independence of Angola; pt:União Nacional para a Independência Total de Angola
URDPC|URDPC||COD|R|fr:Union des révolutionnaires pour la défense du peuple congolais; CODECO-URDPC
UTO|United Tajik Opposition||TJK|R|UTO
United Armed Forces of Novorossiya|United Armed Forces of Novorossiya||UKR|R|
Uzbek|Uzbek (Kyrgyzstan)||KGZ|G|
Warsangeli subclan of Abgal clan (Hawiye)|Warsangeli subclan of Abgal clan (Hawiye)|warsangeli-subclan-of-abgal|SOM|G|
Xawaadle clan (Hawiye)|Xawaadle clan (Hawiye)||SOM|G|Hawadle
al-Farouq Brigades|Al-Farouq Brigades||SYR|R|
al-Gama'a al-Islamiyya|Al-Gama'a al-Islamiyya|al-gamaa-al-islamiyya|EGY|R|
al-Harakat al-Islamiyah|Al-Harakat al-Islamiyah||PHL|R|
al-Mahdi Army|Mahdi Army||IRQ|R|Jaysh al-Mahdi
al-Qa'qa Brigade|Al-Qa'qa Brigade|al-qaqa-brigade|SYR|R|
al-Qaida|Al-Qaeda|al-qaeda||R|ar:القاعدة
anti-Balaka|Anti-balaka||CAF|R|
"""
# Two different movements share this abbreviation; their UCDP number tells them apart.
UCK = {"357": ("Kosovo Liberation Army", "kosovo-liberation-army", "XKX"), "361": ("National Liberation Army (North Macedonia)", "national-liberation-army-north-macedonia", "MKD")}
# Authorities that became or were states: UCDP writes of them before they were recognized, the catalogue infers the state.
PROTO_STATES = {"Republic of Croatia": "HRV", "Republic of Bosnia-Herzegovina": "BIH"}
SORTS = {"R": ("organization", "armed-group", "REB"), "C": ("organization", "armed-group", "CRM"), "U": ("group", "group", "REB"),
         "G": ("group", "group", "CVL"), "S": ("group", "group", "CVL"), "P": ("organization", "party", "PTY"), "N": ("organization", "government", "GOV"), "A": ("organization", "armed-group", "REB"), "": ("organization", "armed-group", "REB")}
PLURAL_WORDS = re.compile(r"insurgents|rebels|^Supporters|^Forces|Forces$|^Christians|^Muslims|Kamajors|Brigades|^United Armed Forces|Cárteles", re.I)

# What UCDP's "Country: what is fought over" means in words, where "over <territory>" would not say it.
CONFLICT_TITLES = {
    "United States of America: Government": "Conflict between the United States and Al-Qaeda",
    "Israel: Palestine": "Conflict between Israel and Palestinian groups",
    "Israel: Southern Lebanon": "Conflict over southern Lebanon between Israel and Hezbollah",
    "Bosnia-Herzegovina: Serb": "Conflict over the Serb-held territory in Bosnia and Herzegovina",
    "Bosnia-Herzegovina: Croat": "Conflict over the Croat-held territory in Bosnia and Herzegovina",
    "Ukraine: Novorossiya": "Conflict over Novorossiya in eastern Ukraine",
    "Azerbaijan: Artsakh (Nagorno-Karabakh)": "Conflict over Nagorno-Karabakh in Azerbaijan",
    "Serbia (Yugoslavia): Croatia": "Conflict over the independence of Croatia from Yugoslavia",
    "Serbia (Yugoslavia): Kosovo": "Conflict over Kosovo in Serbia (Yugoslavia)",
}


def iso3(ucdp_name):
    """The country a UCDP name of a country or government stands for."""
    if ucdp_name in UCDP_STATES:
        return UCDP_STATES[ucdp_name]
    return next(code for code, country in COUNTRIES.items() if country["name"] == ucdp_name)


# ---------------------------------------------------------------- actors

class Actors:
    """Armed groups, each once; a government is the state's own actor, which the world part writes."""

    def __init__(self):
        self.table = {}
        for line in GROUP_TABLE.strip().splitlines():
            ucdp, name, ident, country, sort, further = line.split("|")
            self.table[ucdp] = (name, ident or slug(name.replace("'", "")), country, sort, [f.strip() for f in further.split(";") if f.strip()])
        self.records = {}

    def side(self, row, which):
        """The parties of one side: [{actor, label, title, sector, inferred, plural}]."""
        name, number = row[f"side_{which}"], row[f"side_{which}_new_id"]
        if name == "Civilians":
            return [{"actor": None, "label": "civilians", "title": "civilians", "sector": "CVL", "inferred": None, "plural": True}]
        if name.startswith("Government of "):
            # Since 2015 UCDP counts the authorities that hold Sanaa as the government of Yemen, and its recognized government as the other side.
            if name == "Government of Yemen (North Yemen)" and row["side_b"] == "Forces of the Presidential Leadership Council":
                return [self.group("Ansarallah", None) | {"label": "Government of Yemen (in Sanaa)", "title": "Government of Yemen in Sanaa", "full": None, "inferred": ["actor"]}]
            ucdp = name.removeprefix("Government of ")
            country = COUNTRIES[iso3(ucdp)]
            short = "the " + country["name"] if country["name"] in WITH_ARTICLE else country["name"]
            label = f"Government of {short}"
            inferred = None
            ident = country["id"]
            if ucdp == "Serbia (Yugoslavia)":  # One party in UCDP for Yugoslavia and the states that followed it; which of them it was is our reading of the day.
                ident = "yugoslavia" if row["date_start"] < "1992-04-27" else "serbia-and-montenegro" if row["date_start"] < "2006-06-03" else ident
                label, inferred = "Government of Serbia (Yugoslavia)", ["actor"]
            return [{"actor": ident, "label": label, "title": label, "sector": "GOV", "inferred": inferred, "plural": False}]
        if name in PROTO_STATES:
            return [{"actor": COUNTRIES[PROTO_STATES[name]]["id"], "label": name, "title": name, "sector": "GOV", "inferred": ["actor"], "plural": False}]
        parts = [p.strip() for p in name.split(",")]
        # A list of names is an alliance with a UCDP number of its own; its members are the parties.
        return [self.group(part, number if len(parts) == 1 else None) for part in parts]

    def group(self, ucdp, number):
        name, ident, country, sort, further = self.table[ucdp]
        if ucdp == "UCK":
            name, ident, country = UCK[number]
        kind, classification, sector = SORTS[sort]
        record = self.records.get(ident)
        if record is None:
            names = [{"text": ucdp, "lang": None, "script": "Latn", "type": "abbreviation" if is_abbreviation(ucdp) else "alias"}] if ucdp.lower() != name.lower() else []
            for text in further:
                former, text = text.startswith("<"), text.removeprefix("<")
                lang = text[:2] if text[2:3] == ":" else "en"
                text = text[3:] if text[2:3] == ":" else text
                if text == ucdp:
                    continue
                sort_of_name = "former" if former else "abbreviation" if is_abbreviation(text) else "alias" if lang == "en" else "native"
                names.append({"text": text, "lang": None if sort_of_name == "abbreviation" else lang, "script": "Arab" if lang in ("ar", "ps") else "Latn", "type": sort_of_name})
            named_by_us = name != ucdp or further
            record = self.records[ident] = {
                "id": ident, "kind": kind, "classification": classification, "sector": sector, "name": name, "names": names, "country": country,
                "identifiers": [], "sources": [GED, EDITORS] if named_by_us else [GED]}
        if number and {"scheme": "ucdp-actor", "identifier": number} not in record["identifiers"]:
            record["identifiers"].append({"scheme": "ucdp-actor", "identifier": number})  # UCDP counts the Donetsk People's Republic twice.
        full = ucdp.replace(" - ", "-") if (is_abbreviation(ucdp) and ucdp not in ("UCK", "IS", "KR")) or ucdp == "M23" else name
        short = re.sub(r" \([^)]*\)$", "", full)  # The title of an event ends with the country anyway.
        return {"actor": ident, "label": None, "title": short, "full": full, "sector": sector, "inferred": None, "plural": bool(PLURAL_WORDS.search(short)) or kind == "group"}


def is_abbreviation(text):
    return bool(re.fullmatch(r"[A-Z][A-Z0-9]+([/-][A-Za-z]+)*( - [A-Z]+)?", text)) and sum(c.isupper() for c in text) >= 2


# ---------------------------------------------------------------- places

class World:
    """The cities that the world part holds, to be found by name near a point."""

    def __init__(self):
        self.names = collections.defaultdict(list)
        self.admin1 = {}
        self.parts = {}
        file = SEED / "locations.world.ndjson"
        if not file.exists():
            print("locations.world.ndjson is missing: every place is written here")
            return
        by_geonames = {}
        for line in file.open(encoding="utf-8"):
            place = json.loads(line)
            self.parts[place["id"]] = place
            if place["kind"] == "admin1":
                self.admin1[place["country"], "admin1", slug(place["name"])] = place["id"]
            if place["kind"] != "city":
                continue
            for name in [place["name"]] + [n["text"] for n in place.get("names", [])]:
                self.names[place["country"], slug(name)].append(place)
            for ident in place.get("identifiers", []):
                if ident["scheme"] == "geonames":
                    by_geonames[ident["identifier"]] = place
        if by_geonames:  # GeoNames knows the spellings that neither part writes.
            with gzip.open(DATA / "places/cities500.txt.gz", "rt", encoding="utf-8") as stream:
                for line in stream:
                    fields = line.split("\t")
                    if place := by_geonames.get(fields[0]):
                        for name in [fields[1], fields[2], *fields[3].split(",")]:
                            if slug(name):
                                self.names[place["country"], slug(name)].append(place)

    def city(self, country, name, latitude, longitude):
        if (country, name) in SAME_PLACE:
            return SAME_PLACE[country, name]
        near = [(abs(p["latitude"] - latitude) + abs(p["longitude"] - longitude), p["id"]) for p in self.names.get((country, slug(name)), [])
                if abs(p["latitude"] - latitude) <= 0.2 and abs(p["longitude"] - longitude) <= 0.2]
        return min(near)[1] if near else None


class Places:
    def __init__(self, world):
        self.world = world
        self.records = {}  # key -> record; ids are given at the end, when it is known which names are shared

    def of(self, row):
        """-> (key of the record or id of a country or world city, phrase for titles)"""
        prec, raw = row["where_prec"], row["where_coordinates"].strip()
        code = country_of(row)
        country = COUNTRIES[code]
        suffix = row["adm_1"] if code == "PSE" else country["name"]
        if prec == "6":
            return country["id"], "in " + ("the " if country["name"] in WITH_ARTICLE else "") + country["name"]
        name, phrase, further = PLACE_WORDING.get(raw, (None, None, None))
        name = name or place_name(raw)
        latitude, longitude = float(row["latitude"]), float(row["longitude"])
        if prec == "4":
            key = self.admin1(row, code)
            self.point(key, row, "admin1")
        elif prec == "3" or (prec == "2" and raw == row["adm_2"]):
            key = self.admin2(row, code)
            self.point(key, row, "admin2")
        else:
            if prec == "7":
                kind = precision = "water"
            elif prec == "5":
                kind = precision = "region"
            elif VENUES.search(raw):
                kind = precision = "venue"
            elif AREAS.search(raw):
                kind = precision = "region"
            else:
                kind = precision = "city"
                found = self.world.city(code, name, latitude, longitude) or (further and self.world.city(code, further, latitude, longitude))
                if found:
                    known = self.world.parts[found]["name"]
                    return found, f"{'near' if prec == '2' else 'in'} {known}, {suffix}" if known != suffix else f"{'near' if prec == '2' else 'in'} {known}"
            key = (code, kind, slug(name), round(latitude, 1), round(longitude, 1))
            # The same place may lie in a district under its old and its new name: near enough is the same.
            for other in self.records:
                if other[:3] == key[:3] and len(other) == 5 and abs(self.records[other]["latitude"] - latitude) < 0.05 and abs(self.records[other]["longitude"] - longitude) < 0.05:
                    key = other
            if key not in self.records:
                self.records[key] = {"id": None, "kind": kind, "name": name, "names": [{"text": further, "script": "Latn", "type": "alias"}] if further else None,
                                     "parent": (self.admin2(row, code) or self.admin1(row, code) or country["id"]) if kind != "water" else country["id"],
                                     "country": code, "latitude": latitude, "longitude": longitude, "precision": precision, "sources": [GED]}
        if not phrase:
            village = re.search(r" (village)\b", raw, re.I)
            shown = f"{name} village" if village else name
            if prec in "34" or raw == row["adm_2"]:
                shown = self.records[key]["name"] if key in self.records else self.world.parts[key]["name"]
            if prec == "1" and raw.lower().endswith(" area"):
                shown = f"the {name} area"
            where = "near" if prec == "2" else "at" if VENUES.search(raw) or (key[1] == "region" and re.search(r"hills|mountain|^Tall |^Jabal|Top$", raw)) else "in"
            phrase = f"{where} {shown}"
        return key, phrase if re.search(rf"\b{re.escape(suffix)}\b", phrase) else f"{phrase}, {suffix}"

    def admin1(self, row, code):
        if not row["adm_1"]:
            return None
        name = SAME_ADMIN.get(row["adm_1"], row["adm_1"])
        key = (code, "admin1", slug(name))
        if known := self.world.admin1.get(key):
            return known
        former, sort = ADMIN_NAMES.get(name, (None, None))
        return self.unit(key, "admin1", name, COUNTRIES[code]["id"], code, [{"text": former, "lang": "en", "script": "Latn", "type": sort}] if former else None)

    def admin2(self, row, code):
        if not row["adm_2"]:
            return None
        parent = self.admin1(row, code)
        name = re.sub(r" lga$", " LGA", re.sub(r" {2,}", " ", row["adm_2"]))
        return self.unit((code, "admin2", slug(name), slug(SAME_ADMIN.get(row["adm_1"], row["adm_1"]))), "admin2", name, parent or COUNTRIES[code]["id"], code, None)

    def unit(self, key, kind, name, parent, code, names):
        record = self.records.setdefault(key, {"id": None, "kind": kind, "name": name, "names": names, "parent": parent, "country": code,
                                               "latitude": None, "longitude": None, "precision": None, "sources": [GED]})
        if sum(not c.isascii() for c in name) > sum(not c.isascii() for c in record["name"]):
            record["name"] = name  # "Şemdinli" rather than "Semdinli"
        return key

    def point(self, key, row, precision):
        """A unit made as a parent has no point; the first event that is known only to the unit brings the source's."""
        record = self.records.get(key)  # None for a unit of the world part
        if record and record["latitude"] is None:
            record.update(latitude=float(row["latitude"]), longitude=float(row["longitude"]), precision=precision)

    def settle(self, used):
        """Gives ids, leaves out units that no place or event needs, and returns key -> id."""
        needed, todo = set(), list(used)
        while todo:
            key = todo.pop()
            if key in self.records and key not in needed:
                needed.add(key)
                todo.append(self.records[key]["parent"])
        shared = collections.defaultdict(list)
        for key in sorted(needed, key=str):
            shared[f"{slug(self.records[key]['name'].replace('–', '-'))}-{COUNTRIES[key[0]]['iso2'].lower()}"].append(key)
        ids = {}
        for base, keys in shared.items():
            name, iso2 = base[:-3], base[-3:]
            for key in keys:
                above = key
                while self.records[above]["kind"] != "admin1" and self.records[above]["parent"] in self.records:
                    above = self.records[above]["parent"]
                alike = [k for k in keys if k[1] == key[1]]
                if len(alike) > 1:
                    name_of = f"{name}-{slug(self.records[above]['name'])}"
                else:  # A unit without a type word has the name of its chief town, which keeps the short id.
                    name_of = name + {"admin1": "-province", "admin2": "-district"}.get(key[1], "") if len(keys) > 1 else name
                ids[key] = name_of + iso2
        clash = [i for i, n in collections.Counter(ids.values()).items() if n > 1]
        assert not clash, clash
        for key in needed:
            self.records[key]["id"] = ids[key]
        for key in needed:
            self.records[key]["parent"] = ids.get(self.records[key]["parent"], self.records[key]["parent"])
        self.records = {key: self.records[key] for key in needed}
        return ids


def country_of(row):
    if row["adm_1"] in ADM1_TODAY:
        return ADM1_TODAY[row["adm_1"]]
    if row["country"] == "Serbia (Yugoslavia)" and not row["adm_1"]:
        return "BIH"  # Foča, Nevesinje and Rogatica in April 1992
    return iso3(row["country"])


def place_name(raw):
    """'Bata Pora village, Handwara sub-district' -> 'Bata Pora', 'Selo Ekazhevo' -> 'Ekazhevo'."""
    text = re.sub(r"^(poselok gorodskogo tipa|poselok|Selo) ", "", raw)
    text = re.split(r" \(|, | - ", text)[0] if not re.search(r"district \(", text) else text
    text = re.sub(r" (town|city|village|suburb|locality|location|area)$", "", text.strip(), flags=re.I)
    return re.sub(r" {2,}", " ", text).strip()


# ---------------------------------------------------------------- events

def edtf(row):
    """The day, the month where a whole one is meant, or the interval within which the source puts the event."""
    start, end = datetime.date.fromisoformat(row["date_start"]), datetime.date.fromisoformat(row["date_end"])
    if start == end:
        return start.isoformat()
    if row["date_prec"] in "45" and start.day == 1 and end.day == calendar.monthrange(end.year, end.month)[1]:
        months = [f"{d:%Y-%m}" for d in (start, end)]
        return months[0] if months[0] == months[1] else "/".join(months)
    return f"{start}/{end}"


def fatalities(row):
    """Thirteen events have a best estimate outside their own bounds; the best is the sum of the sides, so that bound is left out."""
    best, low, high = (int(row[k]) for k in ("best", "low", "high"))
    return {"best": best, "low": low if low <= best else None, "high": high if high >= best else None,
            "bySide": {"side-a": int(row["deaths_a"]), "side-b": int(row["deaths_b"])} if row["type_of_violence"] != ONE_SIDED else None,
            "civilians": int(row["deaths_civilians"]), "unknown": int(row["deaths_unknown"])}


def joined(side, form="title"):
    names = [p.get(form) or p["title"] for p in side]
    if len(names) > 3:
        return f"{names[0]}, {names[1]} and {len(names) - 2} allied groups"
    return names[0] if len(names) == 1 else ", ".join(names[:-1]) + " and " + names[-1]


def title(row, a, b, where):
    text_a, text_b, several = joined(a), joined(b), len(a) > 1 or a[0]["plural"]
    if row["type_of_violence"] == ONE_SIDED:
        best = int(row["best"])
        verb = ("attack", "attacks") if best == 0 else ("kill", "kills")
        return f"{text_a} {verb[0] if several else verb[1]} {'a civilian' if best == 1 else 'civilians'} {where}"
    if len(a) > 1 or len(b) > 1:
        return f"{text_a} {'fight' if several else 'fights'} {text_b} {where}"
    return f"{text_a} and {text_b} {'clash' if row['type_of_violence'] == STATE_BASED else 'fight'} {where}"


def participants(row, a, b):
    one_sided = row["type_of_violence"] == ONE_SIDED
    for side, roles in ((a, ["initiator", "side-a"] if one_sided else ["side-a"]), (b, ["recipient", "side-b"] if one_sided else ["side-b"])):
        for party in side:
            yield {"actor": party["actor"], "label": party["label"], "roles": roles, "sector": party["sector"], "inferred": party["inferred"]}


# ---------------------------------------------------------------- situations

def conflict_record(row):
    """UCDP's 'Country: what is fought over' or 'Country - Country' as a situation."""
    name = row["conflict_name"]
    if ":" in name:
        head, over = (part.strip() for part in name.split(":", 1))
        country = COUNTRIES[iso3(head)]
        over_short = re.sub(r" \(.*\)", "", over)
        ident = f"{country['id']}-{slug(over_short)}-conflict"
        the = "the " if country["name"] in WITH_ARTICLE else ""
        text = CONFLICT_TITLES.get(name) or (
            f"Conflict over the government of {the}{country['name']}" if over == "Government" else
            f"Conflict with Islamic State over territory in {the}{country['name']}" if over == "Islamic State" else
            f"Conflict over {over_short} in {the}{country['name']}")
        places = [country["id"]]
    else:
        pair = [COUNTRIES[iso3(part.strip())] for part in name.split(" - ")]
        ident = "-".join(c["id"] for c in pair) + "-conflict"
        text = f"Conflict between {pair[0]['name']} and {pair[1]['name']}"
        places = [c["id"] for c in pair]
    return {"id": ident, "title": text, "kind": "conflict", "locations": places, "parties": [], "parent": None,
            "identifiers": [{"scheme": "ucdp-conflict", "identifier": row["conflict_new_id"]}], "sources": [GED]}


def dyad_id(a, b):
    def part(side):
        ids = [slug(p["label"]) if p["inferred"] or not p["actor"] else p["actor"] for p in side]
        return ids[0] if len(ids) == 1 else f"{ids[0]}-and-{ids[1]}" if len(ids) == 2 else f"{ids[0]}-and-allies"
    return f"{part(a)}-vs-{part(b)}"


class Situations:
    def __init__(self):
        self.conflicts, self.dyads = {}, {}

    def add(self, row, a, b, country):
        number = row["dyad_new_id"]
        parties = [p["actor"] for p in a + b if p["actor"]]
        if row["type_of_violence"] == STATE_BASED:
            conflict = self.conflicts.setdefault(row["conflict_new_id"], conflict_record(row))
            conflict["parties"] += [p for p in parties if p not in conflict["parties"]]
            if country not in conflict["locations"]:  # Its own country, then those that its events reached.
                conflict["locations"].append(country)
        if number not in self.dyads:
            ident = dyad_id(a, b)
            if any(d["id"] == ident for d in self.dyads.values()):
                ident += "-" + number
            one_sided = row["type_of_violence"] == ONE_SIDED
            numbers = [{"scheme": "ucdp-dyad", "identifier": number}]
            if row["type_of_violence"] != STATE_BASED:  # Of the other two kinds a UCDP conflict is one dyad: one record for both numbers.
                numbers.insert(0, {"scheme": "ucdp-conflict", "identifier": row["conflict_new_id"]})
            self.dyads[number] = {"id": ident, "title": f"{joined(a, 'full')} against {'civilians' if one_sided else joined(b, 'full')}", "kind": "dyad",
                                  "locations": [], "parties": list(dict.fromkeys(parties)),
                                  "parent": self.conflicts[row["conflict_new_id"]]["id"] if row["type_of_violence"] == STATE_BASED else None,
                                  "identifiers": numbers, "sources": [GED]}
        dyad = self.dyads[number]
        if country not in dyad["locations"]:
            dyad["locations"] = sorted(dyad["locations"] + [country])


# ---------------------------------------------------------------- all together

DATASET = {
    "id": "ucdp-ged", "title": "UCDP Georeferenced Event Dataset (GED) Global", "version": "23.1", "licence": "CC BY 4.0", "redistribution": "attribution",
    "citation": "Davies, Shawn, Therese Pettersson & Magnus Öberg (2023). Organized violence 1989–2022, and the return of conflict between states. Journal of Peace Research 60(4). "
                "Sundberg, Ralph & Erik Melander (2013). Introducing the UCDP Georeferenced Event Dataset. Journal of Peace Research 50(4).",
    "url": "https://ucdp.uu.se/downloads/", "coding": "human", "coverage": "1989/2022",
    "summary": "Single incidents of deadly organized violence: state-based, non-state and one-sided. The catalogue holds a sample of 1,000 of them, reshaped and with titles of its own.", "sources": ["R200"]}
SOURCES = [
    {"id": GED, "kind": "dataset", "publisher": "Uppsala Conflict Data Program", "title": "UCDP Georeferenced Event Dataset (GED) Global version 23.1", "language": "en",
     "url": "https://ucdp.uu.se/downloads/", "published": "2023", "licence": "CC BY 4.0"},
    {"id": "R201", "kind": "article", "publisher": "Journal of Peace Research", "title": "Organized violence 1989–2022, and the return of conflict between states",
     "author": "Shawn Davies, Therese Pettersson, Magnus Öberg", "language": "en", "published": "2023"},
    {"id": "R202", "kind": "article", "publisher": "Journal of Peace Research", "title": "Introducing the UCDP Georeferenced Event Dataset",
     "author": "Ralph Sundberg, Erik Melander", "language": "en", "url": "https://doi.org/10.1177/0022343313484347", "published": "2013"},
    {"id": EDITORS, "kind": "document", "publisher": "Events catalogue", "title": "Common names and abbreviations of armed groups, added by the catalogue", "language": "en"},
]


def build():
    sample = sorted(rows(SAMPLE), key=lambda r: (r["date_start"], r["date_end"], int(r["id"])))
    actors, places, situations = Actors(), Places(World()), Situations()
    events, relations, used = [], [], []
    # Places first, newest event first, so that a place found under an old and a new district keeps the new one.
    located = {row["id"]: places.of(row) for row in reversed(sample)}
    for number, row in enumerate(sample, 20000):
        key, where = located[row["id"]]
        used.append(key)
        a, b = actors.side(row, "a"), actors.side(row, "b")
        situations.add(row, a, b, COUNTRIES[country_of(row)]["id"])
        events.append({
            "id": f"E{number}", "type": "assault", "contexts": ["rights-freedoms" if row["type_of_violence"] == ONE_SIDED else "military"], "status": "occurred",
            "title": title(row, a, b, where), "date": edtf(row), "location": key, "participants": list(participants(row, a, b)), "fatalities": fatalities(row),
            "dataset": DATASET["id"], "identifiers": [{"scheme": "ucdp", "identifier": row["id"]}], "codes": [{"scheme": "ucdp-violence", "code": row["type_of_violence"]}],
            "sources": [GED]})
        relations.append({"id": f"L{number}", "from": {"kind": "event", "id": f"E{number}"}, "type": "partOf", "to": {"kind": "situation", "id": row["dyad_new_id"]},
                          "basis": {"source": GED, "voice": "author", "form": "paraphrase", "certainty": "stated"}, "sources": [GED]})
    ids = places.settle(used)
    for event in events:
        event["location"] = ids.get(event["location"], event["location"])
    for relation in relations:
        relation["to"]["id"] = situations.dyads[relation["to"]["id"]]["id"]
    return {
        "actors": sorted(actors.records.values(), key=lambda r: r["id"]), "locations": sorted(places.records.values(), key=lambda r: r["id"]),
        "situations": sorted([*situations.conflicts.values(), *situations.dyads.values()], key=lambda r: r["id"]),
        "sources": SOURCES, "datasets": [DATASET], "events": events, "relations": relations}


DAY = r"\d{4}(-\d\d){0,2}"


def check(seed):
    """Everything a record points to exists, here or in the world part (if it is written yet); numbers and dates make sense."""
    def world(kind):
        file = SEED / f"{kind}.world.ndjson"
        return {json.loads(line)["id"] for line in file.open(encoding="utf-8")} if file.exists() else None
    own = {kind: {r["id"] for r in records} for kind, records in seed.items()}
    states = {c["id"] for c in COUNTRIES.values()}
    world_actors, world_places = world("actors"), world("locations")
    known_actors, known_places = own["actors"] | (world_actors or states), own["locations"] | (world_places or states)
    assert not own["actors"] & (world_actors or set()), own["actors"] & world_actors
    assert not own["locations"] & (world_places or set()), own["locations"] & world_places
    for kind, records in seed.items():
        assert len(own[kind]) == len(records), f"{kind}: an id twice"
        for record in records:
            for ident in record.get("sources") or []:
                assert ident in own["sources"], record
            assert kind in ("sources", "datasets") or record["sources"], record
    for place in seed["locations"]:
        assert place["parent"] in known_places, place
        assert (place["latitude"] is None) == (place["longitude"] is None) == (place["precision"] is None), place
        assert place["latitude"] is None or (-90 <= place["latitude"] <= 90 and -180 <= place["longitude"] <= 180), place
    for situation in seed["situations"]:
        assert set(situation["parties"]) <= known_actors and set(situation["locations"]) <= known_places, situation
        assert situation["parent"] is None or situation["parent"] in own["situations"], situation
    for event in seed["events"]:
        assert event["location"] in known_places, event
        assert all((p["actor"] in known_actors) if p["actor"] else p["label"] for p in event["participants"]), event
        assert re.fullmatch(f"{DAY}(/{DAY})?", event["date"]), event
        dead = event["fatalities"]
        assert (dead["low"] is None or 0 <= dead["low"] <= dead["best"]) and (dead["high"] is None or dead["best"] <= dead["high"]), event
        assert dead["best"] == sum((dead["bySide"] or {}).values()) + dead["civilians"] + dead["unknown"], event
    for relation in seed["relations"]:
        assert relation["from"]["id"] in own["events"] and relation["to"]["id"] in own["situations"], relation


def main():
    seed = build()
    check(seed)
    for kind, records in seed.items():
        write(f"{kind}.conflicts.ndjson", [clean(r) for r in records])
    print(sum(f.stat().st_size for f in SEED.glob("*.conflicts.ndjson")), "bytes")


if __name__ == "__main__":
    main()
