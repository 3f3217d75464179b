"""The default catalogue, part "world": states, organizations, regions, countries, cities, memberships.

Reads the real data (EVENTSAPI_REALDATA) and the tables below; writes *.world.ndjson. Facts only, every record with its sources.
The tables hold what the files lack: names people type, founding and joining dates, corrections of outdated rows.
"""
import collections
import math
import re
import unicodedata

import common
from common import slug

# ---------------------------------------------------------------- sources

UNSD, ISO, GEONAMES, CLDR, FACTBOOK = "R10", "R11", "R12", "R13", "R14"
NATO_MEMBERS, NATO_PARTNERS, ICI_PAGE, ICI_PRESS, ICI_UAE, ICI_NATIONAL, MD_PAGE, PFP_PAGE = "R15", "R16", "R17", "R18", "R19", "R20", "R21", "R22"
NATO_ENLARGEMENT = "R33"
WIKIDATA, EU_PAGE, ASEAN_PAGE, OWN_PAGES, WARSAW, SUCCESSION, HISTORIAN, UN_PAGE, NAMES, GLOBE_PAGE = "R23", "R24", "R25", "R26", "R27", "R28", "R29", "R30", "R32", "R31"

SOURCES = [
    dict(id=UNSD, kind="dataset", publisher="United Nations Statistics Division", title="Standard country or area codes for statistical use (M49)",
         language="en", url="https://unstats.un.org/unsd/methodology/m49/", licence="PDDL-1.0 (as republished by datahub.io)"),
    dict(id=ISO, kind="dataset", publisher="datahub.io", title="Country codes: ISO 3166, M49, FIPS and other codes, with names in several languages",
         language="en", url="https://github.com/datasets/country-codes", licence="PDDL-1.0"),
    dict(id=GEONAMES, kind="dataset", publisher="GeoNames", title="Cities with a population of more than 500 (cities500)",
         language="en", url="https://download.geonames.org/export/dump/", licence="CC-BY-4.0"),
    dict(id=CLDR, kind="dataset", publisher="Unicode Consortium", title="Common Locale Data Repository: territory names",
         language="en", url="https://cldr.unicode.org/", licence="Unicode-3.0"),
    dict(id=FACTBOOK, kind="dataset", publisher="Central Intelligence Agency", title="The World Factbook: international organization participation",
         language="en", url="https://www.cia.gov/the-world-factbook/", licence="Public domain"),
    dict(id=NATO_MEMBERS, kind="official", publisher="NATO", title="NATO member countries", language="en", url="https://www.nato.int/cps/en/natohq/topics_52044.htm"),
    dict(id=NATO_PARTNERS, kind="official", publisher="NATO", title="Partners", language="en", url="https://www.nato.int/cps/en/natohq/51288.htm"),
    dict(id=ICI_PAGE, kind="official", publisher="NATO", title="Istanbul Cooperation Initiative (ICI)", language="en", url="https://www.nato.int/cps/en/natohq/topics_58787.htm"),
    dict(id=ICI_PRESS, kind="article", publisher="Gulf News", title="ICI launched to contribute to global security", language="en",
         url="http://www.gulfoundation.net/ar/news/news/ICI_launched_to_contribute_to_global_security.html?id=832", published="2012-06-11"),
    dict(id=ICI_UAE, kind="official", publisher="NATO", title="United Arab Emirates to develop cooperation with NATO", language="en",
         url="https://www.nato.int/cps/en/natohq/news_21437.htm", published="2005-06-22"),
    dict(id=ICI_NATIONAL, kind="article", publisher="The National", title="What is Nato's Istanbul Cooperation Initiative?", language="en",
         url="https://www.thenationalnews.com/world/gcc/what-is-nato-s-istanbul-cooperation-initiative-1.951800", published="2019-12"),
    dict(id=MD_PAGE, kind="official", publisher="NATO", title="Algeria joins NATO's Mediterranean Dialogue", language="en",
         url="https://www.nato.int/cps/en/natohq/news_17839.htm", published="2000-03-14"),
    dict(id=PFP_PAGE, kind="official", publisher="NATO", title="Signatures of the Partnership for Peace Framework Document", language="en",
         url="https://www.nato.int/cps/en/natohq/topics_82584.htm"),
    dict(id=WIKIDATA, kind="dataset", publisher="Wikimedia Foundation", title="Wikidata", language="en", url="https://www.wikidata.org/", licence="CC0-1.0"),
    dict(id=EU_PAGE, kind="official", publisher="European Union", title="EU countries", language="en",
         url="https://european-union.europa.eu/principles-countries-history/eu-countries_en"),
    dict(id=ASEAN_PAGE, kind="official", publisher="ASEAN", title="Member states", language="en", url="https://asean.org/member-states/"),
    dict(id=OWN_PAGES, kind="official", publisher="The organizations themselves", title="The founding documents and member lists of the organizations, as they publish them", language="en"),
    dict(id=WARSAW, kind="document", title="Treaty of Friendship, Co-operation and Mutual Assistance (Warsaw Pact)", language="en", published="1955-05-14"),
    dict(id=SUCCESSION, kind="document", title="Agreement on Succession Issues of the former Socialist Federal Republic of Yugoslavia", language="en", published="2001-06-29"),
    dict(id=HISTORIAN, kind="official", publisher="Office of the Historian, U.S. Department of State", title="A guide to the United States' history of recognition, by country",
         language="en", url="https://history.state.gov/countries", licence="Public domain"),
    dict(id=UN_PAGE, kind="official", publisher="United Nations", title="Member states", language="en", url="https://www.un.org/en/about-us/member-states"),
    dict(id=GLOBE_PAGE, kind="official", publisher="NATO", title="Relations with partners across the globe", language="en", url="https://www.nato.int/cps/en/natohq/topics_49188.htm"),
    dict(id=NATO_ENLARGEMENT, kind="official", publisher="NATO", title="Enlargement and Article 10", language="en", url="https://www.nato.int/cps/en/natohq/topics_49212.htm"),
    dict(id=NAMES, kind="document", publisher="Events catalogue", title="Names in use: abbreviations, former and other names, Arabic and French exonyms", language="en"),
]

# ---------------------------------------------------------------- countries

# Other names of countries: text, type (language is English unless given).
OTHER_NAMES = {
    "ARE": [("UAE", "abbreviation"), ("Emirates", "alias"), ("ÉAU", "abbreviation", "fr"), ("الإمارات", "short", "ar")],
    "BEN": [("Dahomey", "former")], "BFA": [("Upper Volta", "former"), ("Haute-Volta", "former", "fr")],
    "BIH": [("Bosnia", "alias"), ("BiH", "abbreviation"), ("Bosnia-Herzegovina", "alias")], "BLR": [("Byelorussia", "former")], "BWA": [("Bechuanaland", "former")],
    "CAF": [("CAR", "abbreviation")], "CIV": [("Ivory Coast", "alias"), ("Republic of Côte d'Ivoire", "official")],
    "CHN": [("PRC", "abbreviation"), ("中国", "native", "zh")], "COD": [("DRC", "abbreviation"), ("RDC", "abbreviation", "fr"), ("Congo-Kinshasa", "alias"), ("Democratic Republic of the Congo", "official"), ("Zaire", "former"), ("Zaïre", "former", "fr")],
    "COG": [("Congo-Brazzaville", "alias"), ("Republic of the Congo", "official")], "CPV": [("Cape Verde", "alias"), ("Cap-Vert", "alias", "fr"), ("Republic of Cabo Verde", "official")],
    "CZE": [("Czech Republic", "official"), ("Česko", "native", "cs")], "DEU": [("Federal Republic of Germany", "official"), ("FRG", "abbreviation"), ("West Germany", "former"), ("Deutschland", "native", "de")],
    "ESP": [("España", "native", "es")], "EGY": [("United Arab Republic", "former")], "ETH": [("Abyssinia", "former")], "FSM": [("FSM", "abbreviation"), ("Federated States of Micronesia", "official")],
    "GBR": [("UK", "abbreviation"), ("Britain", "alias"), ("Great Britain", "alias"), ("R.-U.", "abbreviation", "fr"), ("بريطانيا", "alias", "ar")],
    "GHA": [("Gold Coast", "former")], "GRC": [("Hellenic Republic", "official"), ("Ελλάδα", "native", "el")], "HUN": [("Magyarország", "native", "hu")], "IDN": [("Dutch East Indies", "former")],
    "IRN": [("Persia", "former"), ("Perse", "former", "fr"), ("ایران", "native", "fa")], "ISR": [("ישראל", "native", "he")], "ITA": [("Italia", "native", "it")], "JPN": [("日本", "native", "ja")],
    "KHM": [("Kampuchea", "former"), ("Khmer Republic", "former")], "KGZ": [("Kyrgyz Republic", "official"), ("Kirghizia", "former")], "KOR": [("ROK", "abbreviation"), ("Republic of Korea", "official"), ("대한민국", "native", "ko")],
    "KNA": [("Saint Christopher and Nevis", "alias"), ("St. Kitts and Nevis", "alias")], "KSA": [], "LAO": [("Lao PDR", "abbreviation")], "LKA": [("Ceylon", "former"), ("Ceylan", "former", "fr")], "LSO": [("Basutoland", "former")],
    "LCA": [("St. Lucia", "alias")], "VCT": [("St. Vincent and the Grenadines", "alias")],
    "MDA": [("Moldavia", "former")], "MKD": [("Macedonia", "former"), ("Former Yugoslav Republic of Macedonia", "former"), ("FYROM", "abbreviation"), ("Macédoine", "former", "fr")],
    "MMR": [("Burma", "former"), ("Birmanie", "former", "fr"), ("بورما", "former", "ar")], "MWI": [("Nyasaland", "former")], "MYS": [("Malaya", "former")], "NAM": [("South West Africa", "former")],
    "NLD": [("Holland", "alias"), ("Nederland", "native", "nl")], "NZL": [("Aotearoa", "native", "mi")], "OMN": [("Muscat and Oman", "former")], "POL": [("Polska", "native", "pl")],
    "PNG": [("PNG", "abbreviation")], "PRK": [("DPRK", "abbreviation"), ("RPDC", "abbreviation", "fr")], "PSE": [("State of Palestine", "official"), ("Palestinian Authority", "alias"), ("Palestinian Territories", "alias")],
    "RUS": [("Россия", "native", "ru")], "SAU": [("KSA", "abbreviation"), ("السعودية", "short", "ar")], "SRB": [("Србија", "native", "sr")], "SUR": [("Dutch Guiana", "former")], "SWZ": [("Swaziland", "former"), ("Kingdom of Eswatini", "official")],
    "SYR": [("Syrian Arab Republic", "official")], "THA": [("Siam", "former")], "TLS": [("East Timor", "alias"), ("Timor oriental", "alias", "fr"), ("Democratic Republic of Timor-Leste", "official")],
    "TUR": [("Turkey", "alias"), ("Turquie", "common", "fr"), ("Republic of Türkiye", "official"), ("Türkiye", "native", "tr")], "TWN": [("Republic of China", "official"), ("Chinese Taipei", "alias"), ("Formosa", "former"), ("ROC", "abbreviation")],
    "UKR": [("Україна", "native", "uk")], "USA": [("USA", "abbreviation"), ("US", "abbreviation"), ("U.S.", "abbreviation"), ("America", "alias"), ("États-Unis d'Amérique", "official", "fr"), ("É.-U.", "abbreviation", "fr"), ("أمريكا", "alias", "ar")],
    "VAT": [("Vatican", "alias"), ("Vatican City", "alias"), ("الفاتيكان", "alias", "ar"), ("Vatican", "alias", "fr")], "VNM": [("Viet Nam", "alias")],
    "WSM": [("Western Samoa", "former")], "ZMB": [("Northern Rhodesia", "former")], "ZWE": [("Rhodesia", "former"), ("Southern Rhodesia", "former")],
    "HKG": [("Hong Kong SAR", "alias")], "MAC": [("Macau", "alias")], "GRL": [("Kalaallit Nunaat", "native", "kl")], "XKX": [("Republic of Kosovo", "official"), ("Kosova", "native", "sq")],
}
del OTHER_NAMES["KSA"]
# CLDR's French and Arabic names, except where they explain rather than name.
FRENCH = {"COD": "République démocratique du Congo", "COG": "Congo", "MMR": "Myanmar", "PSE": "Palestine", "VAT": "Saint-Siège", "HKG": "Hong Kong", "MAC": "Macao"}
ARABIC = {"COD": "جمهورية الكونغو الديمقراطية", "COG": "الكونغو", "CIV": "كوت ديفوار", "MMR": "ميانمار", "PSE": "فلسطين", "VAT": "الكرسي الرسولي", "HKG": "هونغ كونغ", "MAC": "ماكاو",
          "CZE": "التشيك", "TLS": "تيمور الشرقية"}
# The table's Wikidata ids that are missing, or name something else (the Kingdom of the Netherlands).
QIDS = {"NAM": "Q1030", "NLD": "Q55", "XKX": "Q1246"}
FIPS = {"SRB": ["RI"], "PSE": ["GZ", "WE"], "SJM": ["SV"], "ALA": [], "BES": [], "UMI": [], "XKX": ["KV"]}
# Where no capital stands in cities500: about the middle, or the seat of government.
MIDDLE = {"ATA": (-80.0, 0.0), "ISR": (31.77, 35.22), "PSE": (31.9, 35.2), "TKL": (-9.2, -171.85), "UMI": (19.29, 166.62), "BVT": (-54.43, 3.38), "HMD": (-53.1, 73.5),
          "IOT": (-7.3, 72.4), "ESH": (27.15, -13.2), "XKX": (42.67, 21.17)}
# In free association with New Zealand; members of UN agencies in their own right.
ASSOCIATED = {"COK", "NIU"}

# ---------------------------------------------------------------- former states

# id, name, founded, dissolved, French, Arabic, other names, Wikidata, summary
FORMER_STATES = [
    ("soviet-union", "Soviet Union", "1922-12-30", "1991-12-26", "Union soviétique", "الاتحاد السوفيتي", [("USSR", "abbreviation"), ("U.S.S.R.", "abbreviation"), ("URSS", "abbreviation", "fr"), ("Union of Soviet Socialist Republics", "official"), ("СССР", "native", "ru")], "Q15180", "Federal state of fifteen republics; Russia continued its seat in the United Nations."),
    ("yugoslavia", "Yugoslavia", "1918-12-01", "1992-04-27", "Yougoslavie", "يوغوسلافيا", [("Socialist Federal Republic of Yugoslavia", "official"), ("SFRY", "abbreviation"), ("Kingdom of Yugoslavia", "former"), ("Југославија", "native", "sr")], "Q36704", "The kingdom of 1918 and the socialist federation that followed it until 1992."),
    ("serbia-and-montenegro", "Serbia and Montenegro", "1992-04-27", "2006-06", "Serbie-et-Monténégro", "صربيا والجبل الأسود", [("Federal Republic of Yugoslavia", "former"), ("FRY", "abbreviation")], "Q37024", "Called the Federal Republic of Yugoslavia until February 2003."),
    ("czechoslovakia", "Czechoslovakia", "1918-10-28", "1992-12-31", "Tchécoslovaquie", "تشيكوسلوفاكيا", [("Czech and Slovak Federative Republic", "official"), ("ČSSR", "abbreviation", "cs")], "Q33946", "Divided into the Czech Republic and Slovakia at the end of 1992."),
    ("east-germany", "East Germany", "1949-10-07", "1990-10-03", "Allemagne de l'Est", "ألمانيا الشرقية", [("German Democratic Republic", "official"), ("GDR", "abbreviation"), ("DDR", "abbreviation", "de"), ("RDA", "abbreviation", "fr")], "Q16957", "Joined the Federal Republic of Germany in 1990."),
    ("south-vietnam", "South Vietnam", "1949", "1975-04-30", "Sud-Vietnam", "فيتنام الجنوبية", [("Republic of Vietnam", "official"), ("State of Vietnam", "former")], "Q180573", "The State of Vietnam of 1949 and, from October 1955, the Republic of Vietnam."),
    ("north-yemen", "North Yemen", "1962-09", "1990-05-22", "Yémen du Nord", "اليمن الشمالي", [("Yemen Arab Republic", "official"), ("YAR", "abbreviation")], None, "Yemen Arab Republic, united with South Yemen in 1990."),
    ("south-yemen", "South Yemen", "1967-11-30", "1990-05-22", "Yémen du Sud", "اليمن الجنوبي", [("People's Democratic Republic of Yemen", "official"), ("PDRY", "abbreviation")], None, "People's Democratic Republic of Yemen, united with North Yemen in 1990."),
    ("tanganyika", "Tanganyika", "1961-12-09", "1964-04-26", "Tanganyika", "تنجانيقا", [], None, "Independent in 1961; formed Tanzania with Zanzibar in 1964."),
    ("hawaii", "Hawaii", "1795~", "1898-08-12", "Hawaï", "هاواي", [("Kingdom of Hawaii", "official"), ("Hawaiian Islands", "alias"), ("Republic of Hawaii", "former")], "Q156418", "Kingdom until January 1893, republic from July 1894, then annexed by the United States."),
    ("ottoman-empire", "Ottoman Empire", "1299~", "1922-11-01", "Empire ottoman", "الدولة العثمانية", [("Turkish Empire", "alias")], "Q12560", "Its sultanate was abolished in November 1922; the Republic of Türkiye followed in 1923."),
    ("austria-hungary", "Austria-Hungary", "1867", "1918", "Autriche-Hongrie", "النمسا-المجر", [("Austro-Hungarian Empire", "alias")], "Q28513", "Dual monarchy of Austria and Hungary."),
]
SUCCESSOR_OF = {
    "RUS": ["soviet-union"], "ARM": ["soviet-union"], "AZE": ["soviet-union"], "BLR": ["soviet-union"], "GEO": ["soviet-union"], "KAZ": ["soviet-union"], "KGZ": ["soviet-union"],
    "MDA": ["soviet-union"], "TJK": ["soviet-union"], "TKM": ["soviet-union"], "UKR": ["soviet-union"], "UZB": ["soviet-union"],
    "BIH": ["yugoslavia"], "HRV": ["yugoslavia"], "MKD": ["yugoslavia"], "SVN": ["yugoslavia"], "SRB": ["serbia-and-montenegro"], "MNE": ["serbia-and-montenegro"],
    "CZE": ["czechoslovakia"], "SVK": ["czechoslovakia"], "DEU": ["east-germany"], "VNM": ["south-vietnam"], "YEM": ["north-yemen", "south-yemen"], "TZA": ["tanganyika"],
    "TUR": ["ottoman-empire"], "AUT": ["austria-hungary"], "HUN": ["austria-hungary"],
}

# ---------------------------------------------------------------- organizations

# id | classification | name | abbreviations | French | French abbreviation | Arabic | founded | Wikidata | partOf | other English names (;)
ORGANIZATIONS = """
nato|alliance|NATO|NATO|Organisation du Traité de l'Atlantique Nord|OTAN|حلف شمال الأطلسي|1949-04-04|Q7184||North Atlantic Treaty Organization;Atlantic Alliance;North Atlantic Alliance
north-atlantic-council|intergovernmental|North Atlantic Council|NAC|Conseil de l'Atlantique Nord|||1949||nato|
euro-atlantic-partnership-council|forum|Euro-Atlantic Partnership Council|EAPC|Conseil de partenariat euro-atlantique|CPEA||1997||nato|
istanbul-cooperation-initiative|initiative|Istanbul Cooperation Initiative|ICI|Initiative de coopération d'Istanbul|ICI|مبادرة إسطنبول للتعاون|2004-06-28||nato|
mediterranean-dialogue|initiative|Mediterranean Dialogue|MD|Dialogue méditerranéen||الحوار المتوسطي|1994-12||nato|NATO Mediterranean Dialogue
partnership-for-peace|initiative|Partnership for Peace|PfP|Partenariat pour la paix|PPP|الشراكة من أجل السلام|1994-01-10||nato|
partners-across-the-globe|initiative|Partners across the globe||Partenaires dans le monde|||||nato|NATO global partners
united-nations|intergovernmental|United Nations|UN;UNO|Organisation des Nations unies|ONU|الأمم المتحدة|1945-10-24|Q1065||United Nations Organization
un-security-council|intergovernmental|United Nations Security Council|UNSC|Conseil de sécurité des Nations unies||مجلس الأمن التابع للأمم المتحدة|1945|Q37470|united-nations|Security Council
un-general-assembly|intergovernmental|United Nations General Assembly|UNGA|Assemblée générale des Nations unies||الجمعية العامة للأمم المتحدة|1945||united-nations|
unhcr|agency|Office of the United Nations High Commissioner for Refugees|UNHCR|Haut-Commissariat des Nations unies pour les réfugiés|HCR|المفوضية السامية للأمم المتحدة لشؤون اللاجئين|1950-12-14||united-nations|UN Refugee Agency
unicef|agency|UNICEF|UNICEF|Fonds des Nations unies pour l'enfance||منظمة الأمم المتحدة للطفولة|1946-12-11||united-nations|United Nations Children's Fund
unrwa|agency|UNRWA|UNRWA|||وكالة الأمم المتحدة لإغاثة وتشغيل اللاجئين الفلسطينيين|1949-12-08||united-nations|United Nations Relief and Works Agency for Palestine Refugees in the Near East
world-food-programme|agency|World Food Programme|WFP|Programme alimentaire mondial|PAM|برنامج الأغذية العالمي|1961||united-nations|
undp|agency|United Nations Development Programme|UNDP|Programme des Nations unies pour le développement|PNUD|برنامج الأمم المتحدة الإنمائي|1965||united-nations|
european-union|union|European Union|EU|Union européenne|UE|الاتحاد الأوروبي|1993-11-01|Q458||
european-commission|intergovernmental|European Commission|EC|Commission européenne|CE|المفوضية الأوروبية|1958-01-01|Q8880|european-union|
european-council|intergovernmental|European Council||Conseil européen||المجلس الأوروبي|1974|Q8886|european-union|
european-parliament|intergovernmental|European Parliament|EP|Parlement européen||البرلمان الأوروبي||Q8889|european-union|
european-central-bank|bank|European Central Bank|ECB|Banque centrale européenne|BCE|البنك المركزي الأوروبي|1998-06-01|Q8901|european-union|
african-union|union|African Union|AU|Union africaine|UA|الاتحاد الأفريقي|2002-07-09|Q7159||
arab-league|intergovernmental|Arab League|LAS|Ligue arabe||جامعة الدول العربية|1945-03-22|Q7172||League of Arab States
gulf-cooperation-council|intergovernmental|Gulf Cooperation Council|GCC|Conseil de coopération du Golfe|CCG|مجلس التعاون الخليجي|1981-05-25|Q217172||Cooperation Council for the Arab States of the Gulf
organisation-of-islamic-cooperation|intergovernmental|Organisation of Islamic Cooperation|OIC|Organisation de la coopération islamique|OCI|منظمة التعاون الإسلامي|1969-09-25|Q47543||Organisation of the Islamic Conference;Organization of Islamic Cooperation
osce|intergovernmental|Organization for Security and Co-operation in Europe|OSCE|Organisation pour la sécurité et la coopération en Europe|OSCE|منظمة الأمن والتعاون في أوروبا|1975|Q81299||Conference on Security and Co-operation in Europe;CSCE
council-of-europe|intergovernmental|Council of Europe|CoE|Conseil de l'Europe||مجلس أوروبا|1949-05-05|Q8908||
asean|intergovernmental|ASEAN|ASEAN|Association des nations de l'Asie du Sud-Est|ANASE|رابطة دول جنوب شرق آسيا|1967-08-08|Q7768||Association of Southeast Asian Nations
asean-regional-forum|forum|ASEAN Regional Forum|ARF|||||||
east-asia-summit|forum|East Asia Summit|EAS|Sommet de l'Asie orientale|||2005|||
g7|forum|G7|G7|Groupe des sept|G7|مجموعة السبع|1975|||Group of Seven;G-7;G8
g20|forum|G20|G20|Groupe des vingt|G20|مجموعة العشرين|1999|||Group of Twenty;G-20
brics|forum|BRICS|BRICS|BRICS||بريكس|2006|||BRIC
group-of-77|forum|Group of 77|G77|Groupe des 77|G77|مجموعة الـ77|1964-06-15|||G-77
non-aligned-movement|forum|Non-Aligned Movement|NAM|Mouvement des non-alignés||حركة عدم الانحياز|1961|||
quad|forum|Quad|QSD|||||||Quadrilateral Security Dialogue
aukus|alliance|AUKUS|AUKUS||||2021-09-15|||
anzus|alliance|ANZUS|ANZUS||||1951-09-01|||Australia, New Zealand and United States Security Treaty
five-eyes|alliance|Five Eyes|FVEY|||||||
opec|intergovernmental|OPEC|OPEC|Organisation des pays exportateurs de pétrole|OPEP|أوبك|1960-09-14|Q7795||Organization of the Petroleum Exporting Countries
oapec|intergovernmental|Organization of Arab Petroleum Exporting Countries|OAPEC|Organisation des pays arabes exportateurs de pétrole|OPAEP|منظمة الأقطار العربية المصدرة للبترول|1968-01-09|||
wto|intergovernmental|World Trade Organization|WTO|Organisation mondiale du commerce|OMC|منظمة التجارة العالمية|1995-01-01|Q7825||
imf|intergovernmental|International Monetary Fund|IMF|Fonds monétaire international|FMI|صندوق النقد الدولي|1945-12-27|Q7804||
world-bank|bank|World Bank|WB;IBRD|Banque mondiale||البنك الدولي|1944-07|Q7164||International Bank for Reconstruction and Development;World Bank Group
asian-infrastructure-investment-bank|bank|Asian Infrastructure Investment Bank|AIIB|Banque asiatique d'investissement pour les infrastructures||البنك الآسيوي للاستثمار في البنية التحتية|2015-12-25|||
asian-development-bank|bank|Asian Development Bank|ADB|Banque asiatique de développement||بنك التنمية الآسيوي|1966-12-19|||
african-development-bank|bank|African Development Bank|AfDB|Banque africaine de développement|BAD|البنك الأفريقي للتنمية|1964-09-10|||
islamic-development-bank|bank|Islamic Development Bank|IsDB|Banque islamique de développement|BID|البنك الإسلامي للتنمية|1975|||
inter-american-development-bank|bank|Inter-American Development Bank|IADB;IDB|Banque interaméricaine de développement||||||
ebrd|bank|European Bank for Reconstruction and Development|EBRD|Banque européenne pour la reconstruction et le développement|BERD|البنك الأوروبي لإعادة الإعمار والتنمية|1991-04|||
oecd|intergovernmental|Organisation for Economic Co-operation and Development|OECD|Organisation de coopération et de développement économiques|OCDE|منظمة التعاون الاقتصادي والتنمية|1961-09-30|Q41550||
international-energy-agency|agency|International Energy Agency|IEA|Agence internationale de l'énergie|AIE|الوكالة الدولية للطاقة|1974-11|||
commonwealth|intergovernmental|Commonwealth of Nations||Commonwealth||رابطة الكومنولث||Q7785||Commonwealth;British Commonwealth
francophonie|intergovernmental|International Organisation of La Francophonie|OIF|Organisation internationale de la Francophonie|OIF|المنظمة الدولية للفرنكوفونية|1970-03-20|||La Francophonie
shanghai-cooperation-organisation|intergovernmental|Shanghai Cooperation Organisation|SCO|Organisation de coopération de Shanghai|OCS|منظمة شنغهاي للتعاون|2001-06-15|||Shanghai Cooperation Organization
csto|alliance|Collective Security Treaty Organization|CSTO|Organisation du traité de sécurité collective|OTSC|منظمة معاهدة الأمن الجماعي|2002-10-07|||
cis|intergovernmental|Commonwealth of Independent States|CIS|Communauté des États indépendants|CEI|رابطة الدول المستقلة|1991-12-08|Q7779||
eurasian-economic-union|union|Eurasian Economic Union|EAEU;EEU|Union économique eurasiatique|UEEA|الاتحاد الاقتصادي الأوراسي|2015-01-01|||
organization-of-turkic-states|intergovernmental|Organization of Turkic States|OTS|Organisation des États turciques||منظمة الدول التركية|2009-10-03|||Turkic Council
apec|forum|Asia-Pacific Economic Cooperation|APEC|Coopération économique pour l'Asie-Pacifique|APEC|منتدى التعاون الاقتصادي لدول آسيا والمحيط الهادئ|1989-11|||
mercosur|intergovernmental|Mercosur|Mercosur|Marché commun du Sud||ميركوسور|1991-03-26|||Southern Common Market
organization-of-american-states|intergovernmental|Organization of American States|OAS|Organisation des États américains|OEA|منظمة الدول الأمريكية|1948-04-30|||
celac|forum|Community of Latin American and Caribbean States|CELAC|Communauté d'États latino-américains et caraïbes|CELAC||2011-12|||
caricom|intergovernmental|Caribbean Community|CARICOM|Communauté caribéenne||الجماعة الكاريبية|1973-07-04|||
pacific-alliance|intergovernmental|Pacific Alliance||Alliance du Pacifique||||||
sica|intergovernmental|Central American Integration System|SICA|Système d'intégration centraméricain||||||
ecowas|intergovernmental|Economic Community of West African States|ECOWAS|Communauté économique des États de l'Afrique de l'Ouest|CEDEAO|الجماعة الاقتصادية لدول غرب أفريقيا|1975-05-28|||
igad|intergovernmental|Intergovernmental Authority on Development|IGAD|Autorité intergouvernementale pour le développement|IGAD|الهيئة الحكومية الدولية المعنية بالتنمية|1996|||
sadc|intergovernmental|Southern African Development Community|SADC|Communauté de développement de l'Afrique australe|CDAA|الجماعة الإنمائية للجنوب الأفريقي|1992-08-17|||
east-african-community|intergovernmental|East African Community|EAC|Communauté d'Afrique de l'Est|CAE|جماعة شرق أفريقيا|2000-07-07|||
comesa|intergovernmental|Common Market for Eastern and Southern Africa|COMESA|Marché commun de l'Afrique orientale et australe|COMESA|السوق المشتركة لشرق أفريقيا وجنوبها|1994-12-08|||
arab-maghreb-union|union|Arab Maghreb Union|AMU|Union du Maghreb arabe|UMA|اتحاد المغرب العربي|1989-02-17|||
saarc|intergovernmental|South Asian Association for Regional Cooperation|SAARC|Association sud-asiatique pour la coopération régionale|ASACR|رابطة جنوب آسيا للتعاون الإقليمي|1985-12-08|||
bimstec|intergovernmental|BIMSTEC|BIMSTEC||||1997-06-06|||Bay of Bengal Initiative for Multi-Sectoral Technical and Economic Cooperation
pacific-islands-forum|forum|Pacific Islands Forum|PIF|Forum des îles du Pacifique|FIP|منتدى جزر المحيط الهادئ|1971-08|||South Pacific Forum
economic-cooperation-organization|intergovernmental|Economic Cooperation Organization|ECO|Organisation de coopération économique||منظمة التعاون الاقتصادي|1985|||
cica|forum|Conference on Interaction and Confidence-Building Measures in Asia|CICA|||||||
black-sea-economic-cooperation|intergovernmental|Organization of the Black Sea Economic Cooperation|BSEC|Organisation de la coopération économique de la mer Noire|CEMN||1992-06-25|||
cplp|intergovernmental|Community of Portuguese Language Countries|CPLP|Communauté des pays de langue portugaise|CPLP||1996-07-17|||
d-8|intergovernmental|D-8 Organization for Economic Cooperation|D-8||||1997-06-15|||Developing Eight
arctic-council|forum|Arctic Council||Conseil de l'Arctique||المجلس القطبي الشمالي|1996-09-19|||
nordic-council|forum|Nordic Council||Conseil nordique||||||
efta|intergovernmental|European Free Trade Association|EFTA|Association européenne de libre-échange|AELE|الرابطة الأوروبية للتجارة الحرة|1960-05-03|||
benelux|union|Benelux|Benelux|Benelux||بنلوكس||||Benelux Union
schengen-area|union|Schengen Area||Espace Schengen||منطقة شنغن|1995-03-26|||Schengen
visegrad-group|forum|Visegrád Group|V4|Groupe de Visegrád||||||
iaea|agency|International Atomic Energy Agency|IAEA|Agence internationale de l'énergie atomique|AIEA|الوكالة الدولية للطاقة الذرية|1957-07-29|Q41984||
opcw|intergovernmental|Organisation for the Prohibition of Chemical Weapons|OPCW|Organisation pour l'interdiction des armes chimiques|OIAC|منظمة حظر الأسلحة الكيميائية|1997-04-29|||
interpol|intergovernmental|INTERPOL|INTERPOL;ICPO|Organisation internationale de police criminelle|OIPC|الإنتربول|1923-09-07|Q8475||International Criminal Police Organization
international-criminal-court|court|International Criminal Court|ICC|Cour pénale internationale|CPI|المحكمة الجنائية الدولية|2002-07-01|Q47488||
international-court-of-justice|court|International Court of Justice|ICJ|Cour internationale de Justice|CIJ|محكمة العدل الدولية|1945|Q7801|united-nations|World Court
who|agency|World Health Organization|WHO|Organisation mondiale de la santé|OMS|منظمة الصحة العالمية|1948-04-07|Q7817|united-nations|
unesco|agency|UNESCO|UNESCO|Organisation des Nations unies pour l'éducation, la science et la culture||اليونسكو|1945-11-16|Q7809|united-nations|United Nations Educational, Scientific and Cultural Organization
fao|agency|Food and Agriculture Organization of the United Nations|FAO|Organisation des Nations unies pour l'alimentation et l'agriculture|FAO|منظمة الأغذية والزراعة للأمم المتحدة|1945-10-16|Q82151|united-nations|
ilo|agency|International Labour Organization|ILO|Organisation internationale du travail|OIT|منظمة العمل الدولية|1919|Q54129|united-nations|
icao|agency|International Civil Aviation Organization|ICAO|Organisation de l'aviation civile internationale|OACI|منظمة الطيران المدني الدولي|1947-04-04||united-nations|
imo|agency|International Maritime Organization|IMO|Organisation maritime internationale|OMI|المنظمة البحرية الدولية|1958-03-17||united-nations|
itu|agency|International Telecommunication Union|ITU|Union internationale des télécommunications|UIT|الاتحاد الدولي للاتصالات|1865-05-17||united-nations|
iom|agency|International Organization for Migration|IOM|Organisation internationale pour les migrations|OIM|المنظمة الدولية للهجرة|1951||united-nations|
warsaw-pact|alliance|Warsaw Pact||Pacte de Varsovie||حلف وارسو|1955-05-14|Q41662||Warsaw Treaty Organization
league-of-nations|intergovernmental|League of Nations||Société des Nations|SDN|عصبة الأمم|1920-01-10|Q38130||
"""
DISSOLVED = {"warsaw-pact": "1991-07-01", "league-of-nations": "1946-04"}
SUMMARIES = {
    "nato": "Political and military alliance founded by the North Atlantic Treaty of 4 April 1949.",
    "istanbul-cooperation-initiative": "Partnership that NATO offered to states of the broader Middle East at its Istanbul summit of June 2004.",
    "mediterranean-dialogue": "Partnership of NATO with seven states of the Mediterranean region.",
    "partnership-for-peace": "Programme of cooperation between NATO and single states of the Euro-Atlantic area, begun at the Brussels summit of January 1994.",
    "partners-across-the-globe": "States outside NATO's regional frameworks that cooperate with it one by one.",
    "european-union": "Union of European states in its form since the Maastricht Treaty; its Communities go back to 1952 and 1958.",
    "g7": "Forum of seven industrial democracies; the G8 while Russia took part, from 1997 to 2014.",
    "osce": "Began as the Conference on Security and Co-operation in Europe; organization under this name since 1995.",
    "warsaw-pact": "Military alliance of the Soviet Union and its European allies.",
}

# ---------------------------------------------------------------- memberships

# World Factbook's label of an organization -> our id. Left out: those whose rows are incomplete or that no reader of events needs.
FACTBOOK_ORGS = {
    "UN": "united-nations", "EU": "european-union", "AU": "african-union", "LAS": "arab-league", "GCC": "gulf-cooperation-council", "OIC": "organisation-of-islamic-cooperation", "OSCE": "osce",
    "CE": "council-of-europe", "ASEAN": "asean", "ARF": "asean-regional-forum", "EAS": "east-asia-summit", "G-7": "g7", "G-20": "g20", "BRICS": "brics", "G-77": "group-of-77", "NAM": "non-aligned-movement", "Quad": "quad",
    "ANZUS": "anzus", "OPEC": "opec", "OAPEC": "oapec", "WTO": "wto", "IMF": "imf", "IBRD": "world-bank", "ADB": "asian-development-bank", "AfDB": "african-development-bank", "IDB": "islamic-development-bank",
    "IADB": "inter-american-development-bank", "EBRD": "ebrd", "OECD": "oecd", "IEA": "international-energy-agency", "C": "commonwealth", "OIF": "francophonie", "SCO": "shanghai-cooperation-organisation", "CSTO": "csto", "CIS": "cis",
    "EAEU": "eurasian-economic-union", "APEC": "apec", "Mercosur": "mercosur", "OAS": "organization-of-american-states", "CELAC": "celac", "Caricom": "caricom", "Pacific Alliance": "pacific-alliance", "SICA": "sica",
    "ECOWAS": "ecowas", "IGAD": "igad", "SADC": "sadc", "EAC": "east-african-community", "COMESA": "comesa", "AMU": "arab-maghreb-union", "SAARC": "saarc", "BIMSTEC": "bimstec", "PIF": "pacific-islands-forum",
    "ECO": "economic-cooperation-organization", "CICA": "cica", "BSEC": "black-sea-economic-cooperation", "CPLP": "cplp", "D-8": "d-8", "Arctic Council": "arctic-council", "NC": "nordic-council", "EFTA": "efta", "Benelux": "benelux",
    "Schengen Convention": "schengen-area", "EAPC": "euro-atlantic-partnership-council", "IAEA": "iaea", "OPCW": "opcw", "Interpol": "interpol", "ICCt": "international-criminal-court", "WHO": "who", "UNESCO": "unesco", "FAO": "fao",
    "ILO": "ilo", "ICAO": "icao", "IMO": "imo", "ITU": "itu", "IOM": "iom",
}
STATUSES = {
    "member": "member", "Chinese Taipei": "member", "2024": "member", "observer": "observer", "partner": "partner", "partners": "partner", "dialogue partner": "partner", "dialogue member": "partner", "sectoral dialogue partner": "partner",
    "associate": "associate", "associate member": "associate", "associated member": "associate", "associate observer": "observer", "candidate country": "candidate", "accession candidate": "candidate", "signatory": "signatory",
    "nonregional member": "member", "nonregional members": "member", "suspended": "member",
    "associate member, has not ratified the 1993 CIS charter although it participates in meetings and held the chairmanship of the CIS in 2012": "associate",
}
# Rows of the Factbook that are outdated or wrong, and are left out: organization -> countries.
SKIP = {
    "european-union": "GBR MKD SRB TUR", "oecd": "IND", "opec": "QAT ECU", "brics": "SAU", "council-of-europe": "RUS ISR", "g7": "EUN", "shanghai-cooperation-organisation": "IND IRN BLR LKA TUR AFG",
    "schengen-area": "MCO SMR VAT", "igad": "ERI", "francophonie": "QAT SRB ARE XKX CYP GHA BFA NER", "unesco": "USA ISR NIC", "who": "USA ARG", "international-criminal-court": "BDI PHL HUN SGP UZB", "mercosur": "BOL",
    "african-union": "GAB ESH", "organization-of-american-states": "NIC CUB", "wto": "COM TLS", "asean": "TLS", "non-aligned-movement": "CYP", "cica": "BDI BGD LKA QAT",
}
# Observers and candidates that have become members since.
OVERTAKEN = {("wto", "TLS"), ("wto", "COM"), ("asean", "TLS"), ("non-aligned-movement", "ATG"), ("opcw", "SOM"), ("opcw", "MMR")}
# Members on paper; whether active or suspended today the file does not say.
UNSTATED = {("euro-atlantic-partnership-council", "RUS"), ("euro-atlantic-partnership-council", "BLR"), ("anzus", "NZL")}
# What the Factbook's rows lack: (organization, countries, classification, start, end, status, source). One date for all of a line.
ADDED = [
    ("european-union", "BEL FRA DEU ITA LUX NLD", "member", "1958-01-01", None, "active", EU_PAGE), ("european-union", "DNK IRL", "member", "1973-01-01", None, "active", EU_PAGE),
    ("european-union", "GRC", "member", "1981-01-01", None, "active", EU_PAGE), ("european-union", "PRT ESP", "member", "1986-01-01", None, "active", EU_PAGE), ("european-union", "AUT FIN SWE", "member", "1995-01-01", None, "active", EU_PAGE),
    ("european-union", "CYP CZE EST HUN LVA LTU MLT POL SVK SVN", "member", "2004-05-01", None, "active", EU_PAGE), ("european-union", "BGR ROU", "member", "2007-01-01", None, "active", EU_PAGE), ("european-union", "HRV", "member", "2013-07-01", None, "active", EU_PAGE),
    ("european-union", "GBR", "member", "1973-01-01", "2020-01-31", None, EU_PAGE), ("european-union", "TUR", "candidate", "1999-12", None, "active", EU_PAGE), ("european-union", "MKD", "candidate", "2005-12", None, "active", EU_PAGE),
    ("european-union", "MNE", "candidate", "2010-12", None, "active", EU_PAGE), ("european-union", "SRB", "candidate", "2012-03", None, "active", EU_PAGE), ("european-union", "ALB", "candidate", "2014-06", None, "active", EU_PAGE),
    ("european-union", "UKR MDA", "candidate", "2022-06-23", None, "active", EU_PAGE), ("european-union", "BIH", "candidate", "2022-12", None, "active", EU_PAGE), ("european-union", "GEO", "candidate", "2023-12", None, "active", EU_PAGE),
    ("asean", "IDN MYS PHL SGP THA", "member", "1967-08-08", None, "active", ASEAN_PAGE), ("asean", "BRN", "member", "1984-01-07", None, "active", ASEAN_PAGE), ("asean", "VNM", "member", "1995-07-28", None, "active", ASEAN_PAGE),
    ("asean", "LAO MMR", "member", "1997-07-23", None, "active", ASEAN_PAGE), ("asean", "KHM", "member", "1999-04-30", None, "active", ASEAN_PAGE), ("asean", "TLS", "member", "2025-10-26", None, "active", ASEAN_PAGE),
    ("gulf-cooperation-council", "BHR KWT OMN QAT SAU ARE", "member", "1981-05-25", None, "active", OWN_PAGES),
    ("g7", "FRA DEU ITA JPN GBR USA", "member", "1975-11", None, "active", OWN_PAGES), ("g7", "CAN", "member", "1976-06", None, "active", OWN_PAGES),
    ("brics", "ZAF", "member", "2010-12", None, "active", OWN_PAGES), ("brics", "EGY ETH IRN ARE", "member", "2024-01-01", None, "active", OWN_PAGES), ("brics", "IDN", "member", "2025-01", None, "active", OWN_PAGES),
    ("opec", "IRN IRQ KWT SAU VEN", "member", "1960-09-14", None, "active", OWN_PAGES), ("opec", "COG GNQ GAB", "member", None, None, "active", OWN_PAGES), ("opec", "QAT", "member", "1961", "2019-01-01", None, OWN_PAGES), ("opec", "AGO", "member", "2007-01", "2024-01-01", None, OWN_PAGES),
    ("council-of-europe", "RUS", "member", "1996-02-28", "2022-03-16", None, OWN_PAGES),
    ("african-union", "GIN", "member", None, None, None, OWN_PAGES), ("african-union", "GAB", "member", None, None, "active", OWN_PAGES),
    ("arab-league", "EGY IRQ JOR LBN SAU SYR", "member", "1945-03-22", None, "active", OWN_PAGES), ("arab-league", "PSE", "member", "1976", None, "active", OWN_PAGES), ("organisation-of-islamic-cooperation", "PSE", "member", None, None, "active", OWN_PAGES),
    ("united-nations", "PSE", "observer", None, None, "active", UN_PAGE), ("united-nations", "SSD", "member", "2011-07-14", None, "active", UN_PAGE), ("united-nations", "MNE", "member", "2006-06-28", None, "active", UN_PAGE),
    ("united-nations", "TLS", "member", "2002-09-27", None, "active", UN_PAGE), ("united-nations", "CHE", "member", "2002-09-10", None, "active", UN_PAGE), ("united-nations", "KWT", "member", "1963-05-14", None, "active", UN_PAGE),
    ("united-nations", "DEU", "member", "1973-09-18", None, "active", UN_PAGE), ("united-nations", "BHR QAT", "member", "1971-09-21", None, "active", UN_PAGE), ("united-nations", "ARE", "member", "1971-12-09", None, "active", UN_PAGE),
    ("united-nations", "ISR", "member", "1949-05-11", None, "active", UN_PAGE), ("united-nations", "JPN", "member", "1956-12-18", None, "active", UN_PAGE),
    ("commonwealth", "GAB TGO", "member", "2022-06", None, "active", OWN_PAGES), ("commonwealth", "RWA", "member", "2009-11", None, "active", OWN_PAGES), ("commonwealth", "GMB GRD LKA MLT NRU TZA TON", "member", None, None, "active", OWN_PAGES),
    ("shanghai-cooperation-organisation", "CHN KAZ KGZ RUS TJK UZB", "member", "2001-06-15", None, "active", OWN_PAGES), ("shanghai-cooperation-organisation", "IND PAK", "member", "2017-06-09", None, "active", OWN_PAGES),
    ("shanghai-cooperation-organisation", "IRN", "member", "2023-07-04", None, "active", OWN_PAGES), ("shanghai-cooperation-organisation", "BLR", "member", "2024-07-04", None, "active", OWN_PAGES),
    ("eurasian-economic-union", "BLR KAZ RUS", "member", "2015-01-01", None, "active", OWN_PAGES), ("eurasian-economic-union", "ARM", "member", "2015-01-02", None, "active", OWN_PAGES), ("eurasian-economic-union", "KGZ", "member", "2015-08", None, "active", OWN_PAGES),
    ("oecd", "CHL COL CRI LVA", "member", None, None, "active", OWN_PAGES), ("mercosur", "ARG BRA PRY URY", "member", "1991-03-26", None, "active", OWN_PAGES), ("mercosur", "BOL", "member", "2024", None, "active", OWN_PAGES),
    ("mercosur", "VEN", "member", "2012", None, "suspended", OWN_PAGES), ("mercosur", "GUY SUR", "associate", None, None, "active", OWN_PAGES), ("organization-of-american-states", "NIC", "member", None, "2023-11-19", None, OWN_PAGES),
    ("ecowas", "BFA MLI NER", "member", "1975-05-28", "2025-01-29", None, OWN_PAGES), ("ecowas", "GIN", "member", None, None, None, OWN_PAGES), ("sadc", "COM", "member", "2018-08", None, "active", OWN_PAGES),
    ("comesa", "TUN SOM", "member", "2018-07", None, "active", OWN_PAGES), ("wto", "COM", "member", "2024-08-21", None, "active", OWN_PAGES), ("wto", "TLS", "member", "2024-08-30", None, "active", OWN_PAGES),
    ("international-criminal-court", "ARM", "member", "2024-02-01", None, "active", OWN_PAGES), ("international-criminal-court", "UKR", "member", "2025-01-01", None, "active", OWN_PAGES), ("international-criminal-court", "PSE", "member", "2015-04-01", None, "active", OWN_PAGES),
    ("international-criminal-court", "SVK KEN BLZ BGD CPV KHM SLV GRD GTM KIR VUT VEN", "member", None, None, "active", OWN_PAGES), ("imf", "AND", "member", "2020-10", None, "active", OWN_PAGES), ("imf", "LIE", "member", "2024-10", None, "active", OWN_PAGES),
    ("imf", "NRU", "member", "2016-04", None, "active", OWN_PAGES), ("world-bank", "NRU", "member", "2016-04", None, "active", OWN_PAGES), ("unesco", "PSE", "member", "2011", None, "active", OWN_PAGES), ("unesco", "MOZ", "member", None, None, "active", OWN_PAGES),
    ("interpol", "PSE SLB", "member", "2017-09", None, "active", OWN_PAGES), ("interpol", "KIR VUT", "member", "2018-11", None, "active", OWN_PAGES), ("commonwealth", "MUS", "member", None, None, "active", OWN_PAGES),
    ("non-aligned-movement", "PSE ATG FJI KNA", "member", None, None, "active", OWN_PAGES), ("group-of-77", "PSE KIR", "member", None, None, "active", OWN_PAGES), ("international-energy-agency", "MEX", "member", "2018", None, "active", OWN_PAGES),
    ("international-energy-agency", "LTU", "member", "2022", None, "active", OWN_PAGES), ("international-energy-agency", "LVA", "member", "2024", None, "active", OWN_PAGES),
    ("opcw", "SOM", "member", "2013", None, "active", OWN_PAGES), ("opcw", "MMR", "member", "2015", None, "active", OWN_PAGES),
    ("schengen-area", "BGR ROU", "member", None, None, "active", EU_PAGE), ("international-criminal-court", "BDI", "member", None, "2017-10-27", None, OWN_PAGES), ("international-criminal-court", "PHL", "member", "2011-11-01", "2019-03-17", None, OWN_PAGES),
    ("aukus", "AUS GBR USA", "member", "2021-09-15", None, "active", OWN_PAGES), ("anzus", "AUS USA", "member", "1951-09-01", None, "active", OWN_PAGES), ("anzus", "NZL", "member", "1951-09-01", None, None, OWN_PAGES),
    ("five-eyes", "AUS CAN NZL GBR USA", "member", None, None, "active", OWN_PAGES), ("visegrad-group", "CZE HUN POL SVK", "member", None, None, "active", OWN_PAGES),
    ("organization-of-turkic-states", "AZE KAZ KGZ TUR", "member", "2009-10-03", None, "active", OWN_PAGES), ("organization-of-turkic-states", "UZB", "member", "2019", None, "active", OWN_PAGES), ("organization-of-turkic-states", "HUN TKM", "observer", None, None, "active", OWN_PAGES),
    ("un-security-council", "CHN FRA RUS GBR USA", "member", None, None, "active", UN_PAGE), ("g20", "ZAF", "member", None, None, "active", OWN_PAGES),
]
ROLES = {"un-security-council": "permanent member"}
# Organizations as members of organizations, and members that are former states: (organization, member, classification, start, end, source).
ADDED_ACTORS = [
    ("g20", "african-union", "member", "2023-09-09", None, OWN_PAGES), ("wto", "european-union", "member", "1995-01-01", None, OWN_PAGES),
    ("warsaw-pact", "soviet-union", "member", "1955-05-14", "1991-07-01", WARSAW), ("warsaw-pact", "czechoslovakia", "member", "1955-05-14", "1991-07-01", WARSAW), ("warsaw-pact", "east-germany", "member", "1955-05-14", "1990-09-24", WARSAW),
    ("warsaw-pact", "poland", "member", "1955-05-14", "1991-07-01", WARSAW), ("warsaw-pact", "hungary", "member", "1955-05-14", "1991-07-01", WARSAW), ("warsaw-pact", "romania", "member", "1955-05-14", "1991-07-01", WARSAW),
    ("warsaw-pact", "bulgaria", "member", "1955-05-14", "1991-07-01", WARSAW), ("warsaw-pact", "albania", "member", "1955-05-14", "1968-09-13", WARSAW),
    ("united-nations", "soviet-union", "member", "1945-10-24", "1991-12-24", UN_PAGE),
]
# Days on which the framework document of the Partnership for Peace was signed, for those who are partners today.
PFP_SIGNED = {
    "ARM": "1994-10-05", "AUT": "1995-02-10", "AZE": "1994-05-04", "BLR": "1995-01-11", "BIH": "2006-12-14", "GEO": "1994-03-23", "IRL": "1999-12-01", "KAZ": "1994-05-27", "KGZ": "1994-06-01", "MDA": "1994-03-16",
    "RUS": "1994-06-22", "SRB": "2006-12-14", "CHE": "1996-12-11", "TJK": "2002-02-20", "TKM": "1994-05-10", "UKR": "1994-02-08", "UZB": "1994-07-13",
    "MLT": "2008-04",  # first in 1995, withdrawn in 1996, back since 2008
}
MD_JOINED = {"EGY": "1995-02", "ISR": "1995-02", "MRT": "1995-02", "MAR": "1995-02", "TUN": "1995-02", "JOR": "1995-11", "DZA": "2000-03"}
FRAMEWORKS = {"Istanbul Cooperation Initiative": "istanbul-cooperation-initiative", "Mediterranean Dialogue": "mediterranean-dialogue", "Partnership for Peace": "partnership-for-peace", "Partners across the globe": "partners-across-the-globe"}

# ---------------------------------------------------------------- cities

SMALLEST = 400_000
# Parts of cities that GeoNames counts as populated places of their own.
NOT_CITY_NAMES = {("US", n) for n in ("Brooklyn", "Queens", "Manhattan", "The Bronx", "Staten Island")} | {("IN", "Teni"), ("SA", "Sultanah")}
STILL_CITIES = {("IN", "Navi Mumbai"), ("MY", "Subang Jaya")}  # though their code says "section of a place"
# Smaller ones where much happened: conferences, treaties, visits. After @ the admin1 code, where a name is common.
ALSO = {
    "CH": "Geneve|Davos|Zurich|Lausanne|Basel|Luzern", "FR": "Strasbourg|Cannes|Versailles|Deauville|Biarritz|Evian-les-Bains|Caen|Rambouillet|Bordeaux|Lille|Nantes", "NL": "Maastricht", "BE": "Antwerpen|Mons|Gent|Brugge",
    "DE": "Bonn|Potsdam|Mainz|Wiesbaden|Weimar|Heidelberg|Kiel", "AT": "Salzburg|Graz|Innsbruck", "IE": "Shannon|Limerick|Cork", "GB": "Belfast|Oxford@ENG|Cambridge@ENG|Cardiff|Newport@WLS|Brighton|Aberdeen",
    "IT": "Venice|Florence|Aviano|Pisa|Trieste|Taormina|Bari|Verona|Rapallo", "ES": "Granada|San Sebastian|Santander", "PT": "Porto|Coimbra", "GR": "Piraeus|Thessaloniki", "PL": "Gdansk|Katowice|Lublin", "CZ": "Pilsen|Brno|Karlovy Vary", "BA": "Tuzla|Banja Luka|Mostar|Srebrenica",
    "HR": "Dubrovnik|Split|Pula", "MK": "Ohrid", "UA": "Yalta|Simferopol|Mariupol|Sevastopol|Kherson|Luhansk|Chernihiv|Sumy|Bakhmut|Zhytomyr", "RU": "Sochi|Kaliningrad|Groznyy|Vladivostok|Irkutsk|Beslan", "GE": "Batumi|Gori|Sokhumi", "AZ": "Ganja", "KZ": "Almaty",
    "TR": "Bodrum|Trabzon", "CY": "Larnaca|Limassol", "IS": "Keflavik", "NO": "Bergen|Tromso", "SE": "Malmoe|Uppsala", "FI": "Turku", "LU": "Schengen", "MA": "Ifrane", "EH": "Laayoune|Dakhla",
    "EG": "Sharm el-Sheikh|Aswan|Arish|Damietta|Hurghada|Rafah", "JO": "Aqaba", "PS": "Ramallah|Bethlehem|Jericho|Nablus|Hebron|Khan Yunis|Janin|Rafah|Jabalya", "IL": "Haifa|Beersheba|Eilat|Nazareth|Ashkelon|Tiberias|Netanya|Sderot", "LB": "Tripoli|Tyre|Sidon", "SY": "Latakia|Ar Raqqah|Idlib|Dar`a|Deir ez-Zor|Tadmur|Manbij",
    "IQ": "Ramadi|Al Fallujah|Tikrit|Samarra|Ba`qubah|Sinjar", "SA": "Dhahran|Abha|Jizan|Yanbu|Khobar|Al Jubayl", "KW": "Hawalli|Al Jahra'", "QA": "Ar Rayyan|Al Wakrah", "AE": "Al Fujairah City|Ras Al Khaimah City", "BH": "Al Muharraq", "OM": "Salalah|Sohar|Nizwa",
    "YE": "Marib|Sa'dah", "LY": "Misratah|Sirte|Tobruk|Sabha|Darnah", "TN": "Sfax|Sousse", "DZ": "Tamanrasset|Annaba", "SD": "El Fasher|Geneina", "SS": "Malakal|Bor|Bentiu", "ET": "Mek'ele|Gondar|Bahir Dar", "KE": "Garissa|Nakuru", "TZ": "Arusha|Zanzibar", "UG": "Entebbe", "CD": "Goma|Bukavu|Bunia|Beni", "ML": "Gao|Timbuktu|Kidal|Mopti",
    "NE": "Agadez|Diffa", "NG": "Jos", "MZ": "Pemba|Beira", "ZA": "Stellenbosch", "ZM": "Livingstone", "AF": "Herat|Kandahar|Jalalabad|Kunduz|Lashkar Gah", "PK": "Abbottabad|Muzaffarabad", "IN": "Srinagar|Shimla|Panaji", "IR": "Bandar Abbas|Natanz|Bushehr", "LK": "Jaffna|Kandy", "MV": "Male", "MM": "Yangon|Sittwe|Myitkyina",
    "ID": "Denpasar|Banda Aceh|Bogor", "TH": "Phuket|Pattaya|Chiang Mai", "PH": "Subic|Marawi City", "VN": "Hue|Da Nang|Cam Ranh", "KR": "Gyeongju", "KP": "Kaesong", "JP": "Nagano|Nago", "AU": "Cairns|Darwin|Hobart", "NZ": "Auckland|Christchurch|Queenstown", "MN": "Erdenet",
    "CA": "Halifax@07|Quebec@10|Victoria@02", "US": "Honolulu@HI|Annapolis@MD|Williamsburg@VA|Dayton@OH|Norfolk@VA|Pittsburgh@PA|Cleveland@OH|St. Louis@MO|New Orleans@LA|Savannah@GA|Anchorage@AK|Palm Beach@FL|Palm Springs@CA|Hyde Park@NY|Princeton@NJ|Cambridge@MA|Newport@RI|Tampa@FL|Salt Lake City@UT|Cincinnati@OH|Wilmington@DE|Rancho Mirage@CA|Arlington@VA|Alexandria@VA|Augusta@GA|Charlottesville@VA|Buffalo@NY|San Clemente@CA|Santa Barbara@CA|Richmond@VA|Charleston@SC|Orlando@FL|Kennebunkport@ME|Glassboro@NJ|Independence@MO|Plains@GA|Crawford@TX|Aspen@CO",
    "MX": "Cancun|Cabo San Lucas|Puerto Vallarta|Cozumel|Merida", "AR": "San Carlos de Bariloche|Mar del Plata", "UY": "Punta del Este", "CL": "Valparaiso|Vina del Mar", "BR": "Foz do Iguacu", "CO": "Cartagena", "PA": "Colon", "GT": "Antigua Guatemala", "CU": "Guantanamo", "PR": "Ponce", "PE": "Cusco", "EC": "Guayaquil",
}
# GeoNames' name -> the English one people type, by country.
CITY_NAMES = {
    ("US", "Washington"): "Washington, D.C.", ("US", "New York City"): "New York", ("PA", "Panamá"): "Panama City", ("MN", "Ulan Bator"): "Ulaanbaatar", ("FM", "Palikir - National Government Center"): "Palikir", ("CH", "Genève"): "Geneva", ("CH", "Luzern"): "Lucerne", ("RU", "Groznyy"): "Grozny", ("GR", "Thessaloníki"): "Thessaloniki", ("LY", "Darnah"): "Derna", ("GE", "Sokhumi"): "Sukhumi",
    ("DE", "Köln"): "Cologne", ("DE", "München"): "Munich", ("DE", "Nürnberg"): "Nuremberg", ("DE", "Frankfurt am Main"): "Frankfurt", ("DE", "Düsseldorf"): "Düsseldorf", ("BE", "Antwerpen"): "Antwerp", ("BE", "Gent"): "Ghent", ("BE", "Brugge"): "Bruges", ("MO", "Macau"): "Macao", ("MV", "Male"): "Malé", ("IQ", "Basrah"): "Basra", ("SE", "Göteborg"): "Gothenburg",
    ("IQ", "As Sulaymānīyah"): "Sulaymaniyah", ("IN", "Hāora"): "Howrah", ("IN", "Dehra Dūn"): "Dehradun", ("ES", "Donostia / San Sebastián"): "San Sebastián", ("ET", "Nazrēt"): "Adama", ("IQ", "Al Ḩillah"): "Hillah", ("IQ", "Abū Ghurayb"): "Abu Ghraib", ("YE", "Al Ḩudaydah"): "Hodeidah", ("SY", "Ḩamāh"): "Hama", ("AE", "Al Ain City"): "Al Ain", ("AE", "Ajman City"): "Ajman", ("MA", "Fès"): "Fez", ("MA", "Sale"): "Salé", ("MA", "Oujda-Angad"): "Oujda", ("EG", "Asyūţ"): "Asyut", ("EG", "Ţanţā"): "Tanta", ("KW", "Al Aḩmadī"): "Ahmadi",
    ("EG", "Al Manşūrah"): "Mansoura", ("EG", "Al Fayyūm"): "Faiyum", ("EG", "Al Maḩallah al Kubrá"): "El Mahalla El Kubra", ("EG", "Shubrā al Khaymah"): "Shubra El Kheima", 
    ("PS", "Khān Yūnis"): "Khan Yunis", ("PS", "Rafaḩ"): "Rafah", ("PS", "Jabālyā"): "Jabalia", ("PS", "Janīn"): "Jenin", ("SY", "Ar Raqqah"): "Raqqa", ("SY", "Dar‘ā"): "Daraa", ("SY", "Tadmur"): "Palmyra", ("IQ", "Al Fallūjah"): "Fallujah", ("IQ", "Sāmarrā’"): "Samarra", ("IQ", "Dahūk"): "Duhok", ("IQ", "Ba‘qūbah"): "Baqubah",
    ("LY", "Mişrātah"): "Misrata", ("UA", "Zaporizhzhya"): "Zaporizhzhia", ("UA", "Dnipro"): "Dnipro", ("UA", "Mykolayiv"): "Mykolaiv", ("IN", "Bengaluru"): "Bengaluru", ("CR", "San José"): "San José", ("DO", "Santiago de los Caballeros"): "Santiago de los Caballeros", ("CN", "Xi’an"): "Xi'an", ("CN", "Ürümqi"): "Ürümqi", ("TO", "Nuku‘alofa"): "Nuku'alofa", ("VU", "Port-Vila"): "Port Vila", ("WF", "Mata-Utu"): "Mata-Utu",
    ("NR", "Yaren"): "Yaren", ("MM", "Nay Pyi Taw"): "Naypyidaw", ("SO", "Mogadishu"): "Mogadishu", ("CO", "Bogotá"): "Bogotá", ("YE", "Sa'dah"): "Saada", ("YE", "Ma'rib"): "Marib", ("SA", "Ta’if"): "Taif", ("QA", "Ar Rayyān"): "Al Rayyan", ("QA", "Al Wakrah"): "Al Wakrah", ("BH", "Al Muharraq"): "Muharraq", ("KW", "As Sālimīyah"): "Salmiya", ("KW", "Al Jahrā’"): "Jahra", ("KW", "Ḩawallī"): "Hawally", ("AE", "Al Fujairah City"): "Fujairah",
    ("AE", "Ras Al Khaimah City"): "Ras Al Khaimah", ("SA", "Jizan"): "Jazan", ("US", "Saint Paul"): "Saint Paul", ("RU", "Saint Petersburg"): "Saint Petersburg", ("SD", "Geneina"): "El Geneina", ("CA", "Québec"): "Quebec City", ("BN", "Bandar Seri Begawan"): "Bandar Seri Begawan", ("ET", "Mek'ele"): "Mekelle", ("GT", "Antigua Guatemala"): "Antigua Guatemala", ("SE", "Malmö"): "Malmö", ("AG", "Saint John’s"): "Saint John's", ("GD", "Saint George's"): "Saint George's", ("UA", "Kryvyy Rih"): "Kryvyi Rih",
    ("AF", "Kandahār"): "Kandahar", ("AF", "Herāt"): "Herat", ("AF", "Jalālābād"): "Jalalabad", ("AF", "Mazār-e Sharīf"): "Mazar-i-Sharif", ("AF", "Lashkar Gāh"): "Lashkar Gah", ("AF", "Bagrām"): "Bagram", ("IR", "Eşfahān"): "Isfahan", ("IR", "Shīrāz"): "Shiraz", ("IR", "Tabrīz"): "Tabriz", ("IR", "Kermānshāh"): "Kermanshah", ("IR", "Orūmīyeh"): "Urmia",
}
TRANSLITERATED = set("AE AF BD BH EG ET IN IQ IR JO JP KP KR KW LB LK LY MV NP OM PK PS QA SA SD SY YE".split())
# id | French | Arabic | other names (;, former ones with a leading -, native ones with their language). Only where known for certain; checked against GeoNames' alternate names.
CITY_WORDS = """
london|Londres|لندن|
doha||الدوحة|
kuwait-city|Koweït|مدينة الكويت|
washington||واشنطن|Washington;Washington DC;District of Columbia
brussels|Bruxelles|بروكسل|nl:Brussel
istanbul|Istanbul|إسطنبول|-Constantinople
new-york||نيويورك|New York City;NYC
paris||باريس|
cairo|Le Caire|القاهرة|
riyadh|Riyad|الرياض|
baghdad|Bagdad|بغداد|
damascus|Damas|دمشق|
beirut|Beyrouth|بيروت|
amman||عمان|
tunis||تونس|
algiers|Alger|الجزائر|
rabat||الرباط|
tripoli|Tripoli|طرابلس|
muscat|Mascate|مسقط|
sanaa||صنعاء|Sana'a
jerusalem|Jérusalem|القدس|
kyiv|Kiev|كييف|Kiev
moscow|Moscou|موسكو|
manama||المنامة|
abu-dhabi|Abou Dabi|أبو ظبي|
dubai|Dubaï|دبي|
khartoum|Khartoum|الخرطوم|
mogadishu|Mogadiscio|مقديشو|
nouakchott||نواكشوط|
djibouti-dj||جيبوتي|
moroni||موروني|
ramallah||رام الله|
gaza||غزة|Gaza City
bethlehem|Bethléem|بيت لحم|
hebron|Hébron|الخليل|
nablus|Naplouse|نابلس|
jericho|Jéricho|أريحا|
jenin|Jénine|جنين|
khan-yunis||خان يونس|
tel-aviv|Tel-Aviv|تل أبيب|
haifa|Haïfa|حيفا|
alexandria|Alexandrie|الإسكندرية|
giza|Gizeh|الجيزة|
port-said|Port-Saïd|بورسعيد|
suez||السويس|
luxor|Louxor|الأقصر|
aswan|Assouan|أسوان|
sharm-el-sheikh|Charm el-Cheikh|شرم الشيخ|
jeddah|Djeddah|جدة|Jidda
mecca|La Mecque|مكة المكرمة|
medina|Médine|المدينة المنورة|
dammam||الدمام|
basra|Bassorah|البصرة|
mosul|Mossoul|الموصل|
erbil||أربيل|
kirkuk|Kirkouk|كركوك|
najaf||النجف|
karbala||كربلاء|
sulaymaniyah||السليمانية|
fallujah|Falloujah|الفلوجة|
ramadi||الرمادي|
tikrit||تكريت|
aleppo|Alep|حلب|
homs||حمص|
hama||حماة|
latakia|Lattaquié|اللاذقية|
raqqa||الرقة|
idlib||إدلب|
daraa||درعا|
deir-ez-zor||دير الزور|
palmyra|Palmyre|تدمر|
benghazi||بنغازي|
misrata||مصراتة|
sirte|Syrte|سرت|
casablanca||الدار البيضاء|
fez|Fès|فاس|
marrakesh|Marrakech|مراكش|Marrakech
tangier|Tanger|طنجة|
agadir||أكادير|
oran||وهران|
constantine||قسنطينة|
sfax||صفاقس|
sousse||سوسة|
sharjah|Charjah|الشارقة|
ajman||عجمان|
al-ain||العين|
aden||عدن|
taiz||تعز|
hodeidah|Hodeïda|الحديدة|
saada||صعدة|
omdurman|Omdourman|أم درمان|
port-sudan|Port-Soudan|بورتسودان|
zarqa||الزرقاء|
irbid||إربد|
aqaba||العقبة|
laayoune|Laâyoune|العيون|El Aaiún
geneva|Genève|جنيف|
the-hague|La Haye|لاهاي|nl:Den Haag
strasbourg||ستراسبورغ|
berlin||برلين|
vienna|Vienne|فيينا|de:Wien
rome||روما|
madrid||مدريد|
lisbon|Lisbonne|لشبونة|
athens|Athènes|أثينا|
ankara||أنقرة|
tehran|Téhéran|طهران|Teheran
kabul|Kaboul|كابول|
islamabad||إسلام آباد|
new-delhi|New Delhi|نيودلهي|
beijing|Pékin|بكين|Peking
tokyo||طوكيو|
seoul|Séoul|سول|
warsaw|Varsovie|وارسو|
prague||براغ|cs:Praha
budapest||بودابست|
bucharest|Bucarest|بوخارست|
sofia||صوفيا|
belgrade||بلغراد|
zagreb||زغرب|
sarajevo||سراييفو|
copenhagen|Copenhague|كوبنهاغن|
stockholm||ستوكهولم|
oslo||أوسلو|
helsinki||هلسنكي|
dublin||دبلن|
amsterdam||أمستردام|
ottawa||أوتاوا|
mexico-city|Mexico|مدينة مكسيكو|
havana|La Havane|هافانا|
caracas||كاراكاس|
buenos-aires||بوينس آيرس|
brasilia||برازيليا|
nairobi||نيروبي|
addis-ababa|Addis-Abeba|أديس أبابا|
tirana||تيرانا|
baku|Bakou|باكو|
tbilisi|Tbilissi|تبليسي|Tiflis
yerevan|Erevan|يريفان|
minsk||مينسك|
chisinau||كيشيناو|Kishinev
riga||ريغا|
vilnius||فيلنيوس|
tallinn||تالين|
nicosia|Nicosie|نيقوسيا|
pretoria||بريتوريا|
dakar||داكار|
bamako||باماكو|
niamey||نيامي|
abuja||أبوجا|
accra||أكرا|
kinshasa||كينشاسا|-Léopoldville
tashkent|Tachkent|طشقند|
astana||أستانا|-Nur-Sultan;-Akmola
bishkek|Bichkek|بيشكيك|-Frunze
dushanbe|Douchanbé|دوشنبه|
ashgabat|Achgabat|عشق آباد|
bangkok||بانكوك|
jakarta|Jakarta|جاكرتا|Djakarta;-Batavia
kuala-lumpur||كوالالمبور|
manila|Manille|مانيلا|
hanoi|Hanoï|هانوي|
singapore-sg|Singapour|سنغافورة|
dhaka|Dacca|دكا|Dacca
colombo||كولومبو|
kathmandu|Katmandou|كاتماندو|
canberra||كانبرا|
bern|Berne|برن|Berne
luxembourg-lu||لوكسمبورغ|Luxembourg City
bratislava||براتيسلافا|
ljubljana||ليوبليانا|
skopje||سكوبيه|
pristina||بريشتينا|
podgorica||بودغوريتسا|-Titograd
reykjavik||ريكيافيك|
valletta|La Valette|فاليتا|
vatican-city|Cité du Vatican|مدينة الفاتيكان|
bogota|Bogota|بوغوتا|
lima||ليما|
santiago|Santiago|سانتياغو|
saint-petersburg|Saint-Pétersbourg|سانت بطرسبرغ|St. Petersburg;-Leningrad
yangon|Rangoun|يانغون|-Rangoon
ho-chi-minh-city|Hô-Chi-Minh-Ville||-Saigon
mumbai|Bombay|مومباي|-Bombay
kolkata|Calcutta|كلكتا|-Calcutta
chennai||تشيناي|-Madras
bengaluru|Bangalore||-Bangalore
karachi||كراتشي|
lahore||لاهور|
shanghai||شنغهاي|
almaty||ألماتي|Alma-Ata
ulaanbaatar|Oulan-Bator|أولان باتور|Ulan Bator
naypyidaw|Naypyidaw|نايبيداو|Nay Pyi Taw
panama-city|Panama|مدينة بنما|
kharkiv||خاركيف|Kharkov
odesa|Odessa|أوديسا|Odessa
lviv||لفيف|Lvov
dnipro||دنيبرو|-Dnipropetrovsk
donetsk||دونيتسك|
mariupol|Marioupol|ماريوبول|
guangzhou|Canton||Canton
chengdu|||
volgograd|||-Stalingrad
yekaterinburg|Ekaterinbourg||-Sverdlovsk
izmir|||-Smyrna
thessaloniki|Thessalonique||Salonica
tripoli-lb||طرابلس|
munich||ميونخ|
cologne|||de:Köln
hamburg|Hambourg|هامبورغ|
milan|||it:Milano
barcelona|Barcelone|برشلونة|
port-au-prince|||
pyongyang||بيونغ يانغ|
taipei||تايبيه|
kigali||كيغالي|
kampala||كمبالا|
harare||هراري|-Salisbury
maputo||مابوتو|-Lourenço Marques
lusaka||لوساكا|
luanda||لواندا|
yaounde||ياوندي|
n-djamena||نجامينا|
juba||جوبا|
asmara||أسمرة|
"""

# ---------------------------------------------------------------- building

ARAB_LETTERS = re.compile("[\u0600-\u06ff]")


def script_of(text):
    """ISO 15924 code of the first letter that has one here."""
    for letter in text:
        for word, code in (("ARABIC", "Arab"), ("CYRILLIC", "Cyrl"), ("GREEK", "Grek"), ("HEBREW", "Hebr"), ("CJK", "Hani"), ("HANGUL", "Hang"), ("LATIN", "Latn")):
            if unicodedata.name(letter, "").startswith(word):
                return code
    return "Latn"


def named(pairs):
    """[(text, type, lang)] -> names[] without doubles; the first one of a text in a language wins."""
    seen, names = set(), []
    for text, kind, lang in pairs:
        text = " ".join((text or "").replace("’", "'").replace("\u200b", "").replace("*", "").split())
        if text and (text, lang) not in seen and not (lang == "und" and any(text == t for t, _ in seen)):
            seen.add((text, lang))
            names.append({"text": text, "lang": lang, "script": script_of(text), "type": kind})
    return names


def ident(*pairs):
    return [{"scheme": scheme, "identifier": value} for scheme, value in pairs if value]


def bare(text):
    """'the State of Kuwait' -> 'State of Kuwait'; \"l'État du Koweït\" -> \"État du Koweït\"; a trailing '(le)' goes."""
    text = re.sub(r"\s*\([^)]*\)\s*\**$", "", text.replace("’", "'")).strip(" *")
    text = re.sub(r"^(the |le |la |les |l')", "", text)
    return text[:1].upper() + text[1:]


def country_names(country, french, arabic):
    """Names of a state or territory: short in three languages, official, then those people also use."""
    row, iso3 = country["row"], country["iso3"]
    short_fr = FRENCH.get(iso3) or french.get(country["iso2"], "")
    short_ar = ARABIC.get(iso3) or arabic.get(country["iso2"], "")
    pairs = [(country["name"], "common", "en"), (short_fr, "common", "fr"), (short_ar, "common", "ar")]
    if country["state"]:
        pairs += [(bare(row.get("UNTERM English Formal", "")), "official", "en"), (bare(row.get("UNTERM French Formal", "")), "official", "fr"), (row.get("UNTERM Arabic Formal", ""), "official", "ar"),
                  (bare(row.get("UNTERM English Short", "")), "alias", "en")]
    pairs += [(row.get("official_name_en", ""), "alias", "en"), (row.get("CLDR display name", ""), "alias", "en"), (row.get("official_name_fr", ""), "alias", "fr"), (row.get("official_name_ar", ""), "alias", "ar")]
    own = [(n[0], n[1], n[2] if len(n) > 2 else "en") for n in OTHER_NAMES.get(iso3, [])]
    pairs = pairs[:3] + [p for p in pairs[3:] if "(" not in p[0]]  # "Bolivia (Plurinational State of)" is an index entry, not a name
    # The table of names decides the type of a name that the files give too.
    return named(pairs[:3] + own + pairs[3:])


def iso_ids(country):
    return ident(("iso3166", country["iso2"]), ("iso3166", country["iso3"]), ("m49", country["m49"]), ("wikidata", qid(country)))


def qid(country):
    return QIDS.get(country["iso3"]) or country["row"].get("wikidata_id", "").rsplit("/", 1)[-1]


class City:
    """A line of GeoNames' cities500."""

    def __init__(self, line):
        cell = line.rstrip("\n").split("\t")
        self.geonames, self.raw, self.ascii, self.alternates = int(cell[0]), cell[1], cell[2], set(cell[3].split(","))
        self.lat, self.lon, self.code, self.iso2, self.admin1 = float(cell[4]), float(cell[5]), cell[7], cell[8], cell[10]
        self.population = int(cell[14])
        plain = self.raw.replace("’", "'").replace("‘", "'")
        if self.iso2 in TRANSLITERATED:  # English spells these without the scholars' signs
            plain = unicodedata.normalize("NFC", re.sub("[\u0300-\u036f]", "", unicodedata.normalize("NFD", plain)))
        self.name = CITY_NAMES.get((self.iso2, self.raw), plain)
        self.id = None

    def near(self, other, km):
        x = math.radians(self.lon - other.lon) * math.cos(math.radians(self.lat))
        return 6371 * math.hypot(x, math.radians(self.lat - other.lat)) < km


def fold(text):
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower().replace("'", "").replace("`", "")


def read_cities(known):
    """Capitals, large cities and those of ALSO, with ids; the larger one of a name has the plain slug."""
    import gzip
    wanted = {(iso2, *(fold(part) for part in (name + "@").split("@")[:2])) for iso2, names in ALSO.items() for name in names.split("|")}
    chosen, also = [], {}
    with gzip.open(common.DATA / "places/cities500.txt.gz", "rt", encoding="utf-8") as stream:
        for line in stream:
            city = City(line)
            if city.iso2 not in known or (city.iso2, city.ascii) in NOT_CITY_NAMES or city.code in ("PPLH", "PPLQ", "PPLW", "STLMT"):
                continue
            section = city.code == "PPLX" and (city.iso2, city.raw) not in STILL_CITIES
            if city.code == "PPLC" or (city.population >= SMALLEST and not section):
                chosen.append(city)
            for key in ((city.iso2, fold(city.ascii), ""), (city.iso2, fold(city.ascii), city.admin1.lower())):
                if key in wanted and not section and (key not in also or city.population > also[key].population):
                    also[key] = city
    have = {c.geonames for c in chosen}
    chosen += [c for c in also.values() if c.geonames not in have]
    for key in sorted(wanted - set(also)):
        print("not in cities500:", *key)
    chosen.sort(key=lambda c: (-c.population, c.geonames))
    kept = []
    for city in chosen:  # the same place twice, under one name
        if not any(city.iso2 == other.iso2 and fold(city.name) == fold(other.name) and city.near(other, 30) for other in kept):
            kept.append(city)
    return kept


def give_ids(cities, taken):
    taken = set(taken)
    # Countries keep their slug; capitals that people will type without a country keep theirs too.
    for city in cities:
        base = "washington" if city.geonames == 4140963 else slug(city.name)
        for candidate in (base, f"{base}-{city.iso2.lower()}", f"{base}-{city.iso2.lower()}-{city.admin1.lower()}", f"{base}-{city.iso2.lower()}-{city.geonames}"):
            if candidate not in taken:
                city.id = candidate
                taken.add(candidate)
                break


def city_words():
    table = {}
    for line in CITY_WORDS.strip().splitlines():
        key, french, arabic, others = line.split("|")
        assert key not in table, key
        table[key] = (french, arabic, [o for o in others.split(";") if o])
    return table


def locations(countries, french, arabic):
    records = []
    regions = collections.OrderedDict()
    parents = {}
    texts = {}
    for lang in ("en", "fr", "ar"):
        for row in common.rows(f"places/UNSD-{lang}.csv"):
            path = [row[f"{level} Code"] for level in ("Global", "Region", "Sub-region", "Intermediate Region")]
            for level, code in zip(("Global", "Region", "Sub-region", "Intermediate Region"), path):
                if code:
                    texts.setdefault(code, {})[lang] = row[f"{level} Name"]
            path = [code for code in path if code]
            for above, code in zip([None] + path, path):
                regions[code] = above
            parents[row["ISO-alpha3 Code"]] = path[-1]
    place = {code: "micronesia-region" if texts[code]["en"] == "Micronesia" else slug(texts[code]["en"]) for code in regions}
    for code, above in regions.items():
        records.append({"id": place[code], "kind": "region", "name": texts[code]["en"], "names": named([(texts[code][lang], "common", lang) for lang in ("en", "fr", "ar")]),
                        "parent": place[above] if above else None, "precision": "region", "identifiers": ident(("m49", code)), "sources": [UNSD]})
    parents.update({"TWN": "030", "XKX": "039", "ATA": "001"})

    by_iso2 = {c["iso2"]: c for c in countries.values()}
    cities = read_cities(by_iso2)
    capitals = {c.iso2: c for c in cities if c.code == "PPLC"}
    for iso3, country in countries.items():
        capital = capitals.get(country["iso2"])
        if iso3 in MIDDLE:
            lat, lon, where = *MIDDLE[iso3], []
        else:
            lat, lon, where = capital.lat, capital.lon, [GEONAMES]
        fips = FIPS.get(iso3, [country["row"].get("FIPS", "").strip()])
        records.append({"id": country["id"], "kind": "country", "name": country["name"], "names": country_names(country, french, arabic), "parent": place[parents[iso3]], "country": iso3,
                        "latitude": round(lat, 4), "longitude": round(lon, 4), "precision": "country", "identifiers": iso_ids(country) + ident(*(("fips", f) for f in fips), ("geonames", country["row"].get("Geoname ID", "").strip())),
                        "sources": [UNSD, ISO, CLDR] + where + ([NAMES] if iso3 in OTHER_NAMES else [])})
    taken = {r["id"] for r in records}
    give_ids(cities, taken | {"hawaii", "west-bank", "gaza-strip", "nato-headquarters"})
    words, used = city_words(), set()
    for city in cities:
        iso3 = by_iso2[city.iso2]["iso3"]
        fr, ar, others = words.get(city.id, ("", "", []))
        used.add(city.id)
        for text in (fr, ar):
            if text and fold(text) not in {fold(a) for a in city.alternates} and text not in city.alternates:
                print("not among GeoNames' alternate names:", city.id, text)
        names = [(city.name, "common", "en"), (fr or (city.name if ar and not fr else ""), "common", "fr"), (ar, "common", "ar")]
        for other in others:
            native = re.match(r"([a-z]{2}):(.+)", other)
            names.append((native[2], "native", native[1]) if native else (other.lstrip("-"), "former" if other.startswith("-") else "alias", "en"))
        if city.raw != city.name and script_of(city.raw) == "Latn":
            names.append((city.raw, "alias", "und"))
        names = named(names)
        records.append({"id": city.id, "kind": "city", "name": city.name, "names": names if len(names) > 1 else None, "parent": by_iso2[city.iso2]["id"], "country": iso3, "latitude": city.lat, "longitude": city.lon, "precision": "city",
                        "identifiers": ident(("geonames", str(city.geonames))), "sources": [GEONAMES] + ([NAMES] if city.id in words else [])})
    for key in sorted(set(words) - used):
        print("names for no city:", key)
    records += [
        {"id": "hawaii", "kind": "admin1", "name": "Hawaii", "names": named([("Hawaii", "common", "en"), ("Hawaï", "common", "fr"), ("هاواي", "common", "ar")]), "parent": "united-states", "country": "USA",
         "latitude": 21.3069, "longitude": -157.8583, "precision": "admin1", "sources": [GEONAMES]},
        {"id": "west-bank", "kind": "admin1", "name": "West Bank", "names": named([("West Bank", "common", "en"), ("Cisjordanie", "common", "fr"), ("الضفة الغربية", "common", "ar")]), "parent": "palestine", "country": "PSE",
         "latitude": 32.0, "longitude": 35.25, "precision": "admin1", "sources": [GEONAMES, FACTBOOK]},
        {"id": "gaza-strip", "kind": "admin1", "name": "Gaza Strip", "names": named([("Gaza Strip", "common", "en"), ("Bande de Gaza", "common", "fr"), ("قطاع غزة", "common", "ar")]), "parent": "palestine", "country": "PSE",
         "latitude": 31.42, "longitude": 34.36, "precision": "admin1", "sources": [GEONAMES, FACTBOOK]},
        {"id": "nato-headquarters", "kind": "venue", "name": "NATO Headquarters", "names": named([("NATO Headquarters", "common", "en"), ("NATO HQ", "abbreviation", "en"), ("Siège de l'OTAN", "common", "fr"), ("مقر حلف شمال الأطلسي", "common", "ar")]),
         "parent": "brussels", "country": "BEL", "latitude": 50.8796, "longitude": 4.4217, "precision": "venue", "sources": [NATO_MEMBERS]},
    ]
    # Places of Palestine lie in one of its two parts.
    for record in records:
        if record["kind"] == "city" and record["country"] == "PSE":
            record["parent"] = "gaza-strip" if record["longitude"] < 34.6 else "west-bank"
        if record["id"] == "honolulu":
            record["parent"] = "hawaii"
    return sorted(records, key=lambda r: r["id"])


def actors(countries, french, arabic):
    records = []
    for iso3, country in countries.items():
        if not country["state"]:
            continue
        records.append({"id": country["id"], "kind": "state", "classification": "state", "sector": "GOV", "name": country["name"], "names": country_names(country, french, arabic), "country": iso3,
                        "successorOf": SUCCESSOR_OF.get(iso3), "summary": "Self-governing in free association with New Zealand." if iso3 in ASSOCIATED else None, "identifiers": iso_ids(country),
                        "sources": [UNSD, ISO, CLDR] + ([NAMES] if iso3 in OTHER_NAMES else []) + ([HISTORIAN] if iso3 in SUCCESSOR_OF else [])})
    for key, name, founded, dissolved, fr, ar, others, wikidata, summary in FORMER_STATES:
        pairs = [(name, "common", "en"), (fr, "common", "fr"), (ar, "common", "ar")] + [(n[0], n[1], n[2] if len(n) > 2 else "en") for n in others]
        records.append({"id": key, "kind": "state", "classification": "former-state", "sector": "GOV", "name": name, "names": named(pairs), "founded": founded, "dissolved": dissolved,
                        "successorOf": ["yugoslavia"] if key == "serbia-and-montenegro" else None, "summary": summary, "identifiers": ident(("wikidata", wikidata)),
                        "sources": [HISTORIAN, WIKIDATA] + ([SUCCESSION] if key in ("yugoslavia", "serbia-and-montenegro") else [])})
    for line in ORGANIZATIONS.strip().splitlines():
        key, classification, name, short, fr, fr_short, ar, founded, wikidata, part_of, others = line.split("|")
        pairs = [(name, "common", "en"), (fr, "common", "fr"), (ar, "common", "ar")]
        pairs += [(s, "abbreviation", "en") for s in short.split(";")] + [(fr_short, "abbreviation", "fr")] + [(o, "official" if i == 0 and name in short.split(";") else "alias", "en") for i, o in enumerate(others.split(";"))]
        records.append({"id": key, "kind": "organization", "classification": classification, "sector": "IGO", "name": name, "names": named(pairs), "partOf": part_of, "founded": founded, "dissolved": DISSOLVED.get(key),
                        "summary": SUMMARIES.get(key), "identifiers": ident(("wikidata", wikidata)),
                        "sources": ([NATO_PARTNERS] if part_of == "nato" else [NATO_MEMBERS] if key == "nato" else [OWN_PAGES]) + ([ICI_PAGE] if key == "istanbul-cooperation-initiative" else []) + ([WIKIDATA] if wikidata else [])})
    return sorted(records, key=lambda r: r["id"])


NATO_DAYS = {"1999": "1999-03-12", "2004": "2004-03-29", "2009": "2009-04-01", "2020": "2020-03-27"}

# The Factbook says who belongs, not since when: a member it lists had joined by the time its last edition was read.
FACTBOOK_READ = "[..2026-01]"


def memberships(countries):
    states = {iso3: c["id"] for iso3, c in countries.items() if c["state"]}
    found = {}

    def add(member, organization, classification, status="active", start=None, end=None, role=None, sources=()):
        key = (organization, member, classification)
        if key in found:  # a dated line of ours completes the Factbook's
            known = found[key]
            known.update({k: v for k, v in (("status", status), ("start", start), ("end", end)) if v})
            known["sources"] = list(dict.fromkeys(known["sources"] + list(sources)))
            return
        found[key] = {"member": member, "organization": organization, "role": role, "classification": classification, "status": None if end else status, "start": start, "end": end, "sources": list(sources)}

    for row in common.rows("actors/nato_members.csv"):
        add(states[row["iso3"]], "nato", "member", start=row["accession_date"], sources=[NATO_MEMBERS])
        # The list of members gives some accessions by year only; NATO's page on enlargement gives the day.
        if day := NATO_DAYS.get(row["accession_date"]):
            add(states[row["iso3"]], "nato", "member", start=day, sources=[NATO_ENLARGEMENT])
    for row in common.rows("actors/nato_partner_frameworks.csv"):
        iso3, organization = row["iso3"], FRAMEWORKS[row["framework"]]
        start, sources = row["joined"], [NATO_PARTNERS]
        if organization == "istanbul-cooperation-initiative":
            sources = [ICI_PRESS, ICI_PAGE] + ([ICI_UAE] if iso3 == "ARE" else [])
        elif organization == "mediterranean-dialogue":
            start, sources = MD_JOINED[iso3], [NATO_PARTNERS, MD_PAGE]
        elif organization == "partnership-for-peace":
            start, sources = PFP_SIGNED[iso3], [NATO_PARTNERS, PFP_PAGE]
        elif organization == "partners-across-the-globe":
            sources = [NATO_PARTNERS, GLOBE_PAGE]
        status = "suspended" if "suspended" in row["note"] else "active"
        if iso3 == "AFG":  # listed still, but with a reservation since 2021
            status = None
        add(states[iso3], organization, "partner", status=status, start=start, sources=sources)

    by_gec = {"RI": "SRB", "KV": "XKX"}
    for row in common.rows("actors/factbook_org_membership.csv"):
        organization, status = FACTBOOK_ORGS.get(row["org"]), STATUSES.get(row["status"])
        if not organization or not status:
            continue
        if row["gec"] == "EE":  # the Factbook lists the European Union beside states
            if organization in ("g20", "ebrd", "fao"):
                add("european-union", organization, "member", sources=[FACTBOOK])
            continue
        iso3 = row["iso3"] or by_gec.get(row["gec"])
        if iso3 not in states or iso3 in SKIP.get(organization, "").split():
            continue
        if organization == "international-criminal-court" and status == "signatory" or (organization, iso3) in OVERTAKEN:
            continue
        role = {"nonregional member": "non-regional member", "nonregional members": "non-regional member", "dialogue partner": "dialogue partner", "sectoral dialogue partner": "sectoral dialogue partner"}.get(row["status"])
        add(states[iso3], organization, status, status=None if (organization, iso3) in UNSTATED else "suspended" if row["status"] == "suspended" else "active", role=role, sources=[FACTBOOK])
    for organization, isos, classification, start, end, status, source in ADDED:
        for iso3 in isos.split():
            add(states[iso3], organization, classification, status=status, start=start, end=end, role=ROLES.get(organization), sources=[source])
    for organization, member, classification, start, end, source in ADDED_ACTORS:
        add(member, organization, classification, start=start, end=end, sources=[source])

    for known in found.values():
        if known["start"] is None and known["sources"] == [FACTBOOK]:
            known["start"] = FACTBOOK_READ

    # Numbers: NATO and its partnerships first, then by organization and member.
    first = ["nato", "istanbul-cooperation-initiative", "mediterranean-dialogue", "partnership-for-peace", "partners-across-the-globe"]
    order = sorted(found, key=lambda k: (first.index(k[0]) if k[0] in first else 99, k[0], k[1], k[2]))
    return [{"id": f"M{100 + n}", **found[key]} for n, key in enumerate(order)]


def claims(members):
    """Where sources disagree on the day a partner joined: every value with its source, one preferred.

    Bahrain and Qatar are not among them: February 2005 lies in the first quarter that the other source gives.
    """
    start = {(m["organization"], m["member"]): m["id"] for m in members}
    ici = "istanbul-cooperation-initiative"
    table = [
        (ici, "kuwait", "2004-12", ICI_PRESS, "Kuwait joined the ICI in December 2004", "stated", True),
        (ici, "kuwait", "2005-33", ICI_PAGE, "In the first three months of 2005, three countries", "stated", False),
        (ici, "united-arab-emirates", "2005-06", ICI_PAGE, "In June 2005, the United Arab Emirates joined", "stated", True),
        (ici, "united-arab-emirates", "2005-06-22", ICI_UAE, "On 22 June, the United Arab Emirates formally joined", "stated", False),
        (ici, "united-arab-emirates", "2004", ICI_NATIONAL, "has been a member since 2004", "stated", False),
    ]
    return [{"id": f"C{100 + n}", "record": {"kind": "membership", "id": start[organization, member]}, "pointer": "/start", "value": value, "source": source, "quote": quote, "certainty": certainty, "preferred": preferred}
            for n, (organization, member, value, source, quote, certainty, preferred) in enumerate(table)]


DATASETS = [{"id": "curated", "title": "Curated catalogue", "version": "1", "licence": "Facts compiled from the listed sources; each source's own licence applies to what came from it", "redistribution": "attribution",
             "citation": "Events catalogue, default catalogue", "coding": "human", "coverage": "1866/..", "sources": [UNSD, ISO, GEONAMES, CLDR, FACTBOOK, NATO_MEMBERS, HISTORIAN, WIKIDATA], "summary": "Events, meetings, actors and places compiled by hand and by script from the sources that each record names."}]

# ---------------------------------------------------------------- checking

EDTF = re.compile(r"^(\d{4}(-\d\d(-\d\d)?)?~?|\[\.\.\d{4}(-\d\d)?\])$")


def check(sources, places, parties, members, disputed):
    """Stops on what would break the catalogue: doubled or unknown ids, impossible codes, coordinates and dates."""
    known = {"source": {r["id"] for r in sources}, "location": {r["id"] for r in places}, "actor": {r["id"] for r in parties}, "membership": {r["id"] for r in members}}
    iso3 = set(common.countries())
    problems = []
    for kind, records in (("location", places), ("actor", parties), ("membership", members)):
        ids = [r["id"] for r in records]
        problems += [f"{kind} {i} twice" for i, n in collections.Counter(ids).items() if n > 1]
        codes = collections.Counter((i["scheme"], i["identifier"]) for r in records for i in r.get("identifiers") or [])
        problems += [f"{kind} identifier {c} twice" for c, n in codes.items() if n > 1]
        for r in records:
            problems += [f"{r['id']}: source {s}" for s in r["sources"] if s not in known["source"]]
            problems += [f"{r['id']}: no source"] if not r["sources"] else []
            if r.get("country") and r["country"] not in iso3:
                problems.append(f"{r['id']}: country {r['country']}")
            for field in ("founded", "dissolved", "start", "end"):
                if r.get(field) and not EDTF.match(r[field]):
                    problems.append(f"{r['id']}: {field} {r[field]}")
            for field in ("id",):
                if kind != "membership" and not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", r[field]):
                    problems.append(f"id {r[field]}")
            problems += [f"{r['id']}: name {n}" for n in r.get("names") or [] if (n["lang"] == "ar") != (n["script"] == "Arab") and n["lang"] != "fa"]
    for r in places:
        if r["id"] != "world" and r.get("parent") not in known["location"]:
            problems.append(f"{r['id']}: parent {r.get('parent')}")
        if r.get("latitude") is not None and not (-90 <= r["latitude"] <= 90 and -180 <= r["longitude"] <= 180):
            problems.append(f"{r['id']}: coordinates")
    for r in parties:
        problems += [f"{r['id']}: {p}" for p in (r.get("successorOf") or []) + ([r["partOf"]] if r.get("partOf") else []) if p not in known["actor"]]
    for r in members:
        problems += [f"{r['id']}: {p}" for p in (r["member"], r["organization"]) if p not in known["actor"]]
        if r["start"] and r["end"] and r["start"].strip("[.]") > r["end"]:
            problems.append(f"{r['id']}: ends before it starts")
    problems += [f"{c['id']}: record" for c in disputed if c["record"]["id"] not in known["membership"]]
    problems += [f"{c['id']}: source" for c in disputed if c["source"] not in known["source"]]
    for fixed in "london doha kuwait-city washington brussels istanbul new-york kuwait nato-headquarters".split():
        problems += [] if fixed in known["location"] else [f"location {fixed} missing"]
    for value in {row[column] for file, column in (("foreign_leader_visits", "from_ids"), ("us_travels", "country_id")) for row in common.rows(f"meetings/{file}.csv")}:
        actor, place = common.place_of(value, "2026-01-01")
        others = [a for _, _, a in common.ACTOR_IN_TIME.get(value, ())]
        problems += [f"{value}: actor {a}" for a in [actor, *others] if a and a not in known["actor"]]
        problems += [f"{value}: location {place}"] if place and place not in known["location"] else []
    assert not problems, "\n".join(problems)


def main():
    countries = common.countries()
    for iso3 in ASSOCIATED:
        countries[iso3]["state"] = True
    french, arabic = common.cldr_names("fr"), common.cldr_names("ar")
    places, parties = locations(countries, french, arabic), actors(countries, french, arabic)
    members = memberships(countries)
    disputed = claims(members)
    check(SOURCES, places, parties, members, disputed)
    common.write("sources.world.ndjson", SOURCES)
    common.write("datasets.world.ndjson", DATASETS)
    common.write("locations.world.ndjson", places)
    common.write("actors.world.ndjson", parties)
    common.write("memberships.world.ndjson", members)
    common.write("claims.world.ndjson", disputed)


if __name__ == "__main__":
    main()
