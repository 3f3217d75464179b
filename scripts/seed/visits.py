"""Visits of foreign leaders to the United States and trips abroad of its presidents and secretaries of state.

Titles are made by template from the facts of a line; no sentence of the source is kept.
"""
import collections
import gzip
import re

import summits
from common import DATA, place_of, rows, slug
from leaders import FAMILY, STATES, alike, load, office_of, state_name, tokens

# country id | name as written here | spellings in the sources (with @first-last year where two persons share one).
# The older lines give surnames only; the person is certain from office and year.
NAMES = """
afghanistan|Shah Mahmud Khan|Shah Mahmud
afghanistan|Mohammed Daoud Khan|Daud
afghanistan|Mohammed Zahir Shah|Mohammed Zaher
afghanistan|Ashraf Ghani|Ashraf Ghani Ahmedzai;Mohamad Ashraf Ghani
albania|Rexhep Meidani|Rexhep Medjani
albania|Pandeli Majko|Pandeli Majdo
algeria|Ahmed Ben Bella|Ben Bella
algeria|Chadli Bendjedid|Chedli Bendjedid
algeria|Abdelaziz Bouteflika|Abdelaziz Boutefilka
algeria|Abdelmalek Sellal|Abdelmalik Sellal
algeria|Aymen Benabderrahmane|Aïmene Benabderrahmane
angola|João Lourenço|João Manuel Gonçalves Lourenço
argentina|Arturo Frondizi|Frondizi
argentina|Carlos Menem|Carlos Saul Menem
argentina|Raúl Alfonsín|Raul Ricardo Alfonsin
armenia|Robert Kocharyan|Robert Kochariyan;Robert Kocharian
armenia|Serzh Sargsyan|Serge Sarkisian
australia|Billy Hughes|Hughes
australia|Joseph Lyons|Lyons
australia|Robert Menzies|Menzies
australia|John Curtin|Curtin
australia|Ben Chifley|Chifley
australia|Lord Gowrie|Gowrie;Lord Gowrie
australia|Bob Hawke|Robert J. L. Hawke
australia|Harold Holt|Harold E. Holt
australia|John Gorton|John G. Gorton
australia|Gough Whitlam|Edward Gough Whitlam
australia|Malcolm Fraser|John Malcolm Fraser
australia|Tony Abbott|Anthony J. Abbott
austria|Rudolf Kirchschläger|Rudolf Kirchschlaeger
austria|Wolfgang Schüssel|Wolfgang Schuessel
azerbaijan|Heydar Aliyev|Geidar Aliyev
bahrain|Isa bin Salman Al Khalifa|Sulman al-Khalifa;Isa Bin Sulman;Isa bin Sulman al-Khalifa
bahrain|Hamad bin Isa Al Khalifa|Hamad bin Isa al-Khalifa;Hamad Bin Essa al-Khalifa;Hamad Bin Isa Bin Salman al-Khalifa;Hamad bin Issa al-Khalifa
bahrain|Haya Rashed Al Khalifa|Haya Rashed al-Khalifa
bahrain|Salman bin Hamad bin Isa Al Khalifa|Salman bin Hamad Al Khalifa
bangladesh|Khaleda Zia|Khaleda Ziaur Rahman
bangladesh|Sheikh Mujibur Rahman|Mujibur Rahman
bangladesh|Ziaur Rahman|Ziaur Rahman
bangladesh|Sheikh Hasina|Hasina
barbados|Tom Adams|J.M.G.M. (Tom) Adams
belgium|Albert I|Albert
belgium|Paul van Zeeland|Van Zeeland
belgium|Paul-Henri Spaak|Spaak
belgium|Joseph Pholien|Pholien
belgium|Baudouin|Baudouin I
belgium|Prince Charles|Charles
belgium|Leo Tindemans|Leo C. Tindemans
belize|Johnny Briceño|John Briceño
benin|Thomas Boni Yayi|Boni Yayi
benin|Patrice Talon|Patrice Athanase Guillaume Talon
bolivia|Enrique Peñaranda|Penaranda
bolivia|Víctor Paz Estenssoro|Paz-Estenssoro
bolivia|Hugo Banzer|Hugo Banzer Suarez
bosnia-herzegovina|Alija Izetbegović|Alia Izetbegovic
botswana|Ian Khama|Seretse Khama Ian Khama
botswana|Seretse Khama|Seretse Khama
botswana|Quett Masire|Quett Ketumile Masire;Ketumile Masire
botswana|Mokgweetsi Masisi|Mokgweetsi Eric Keabetswe Masisi
brazil|Pedro II|Dom Pedro II
brazil|Epitácio Pessoa|Pessoa
brazil|Júlio Prestes|Prestes
brazil|Eurico Gaspar Dutra|Dutra
brazil|Juscelino Kubitschek|Kubitschek
brazil|João Goulart|Goulart
brazil|Artur da Costa e Silva|Arthur da Costa e Silva
brazil|Fernando Henrique Cardoso|Fernando Cardoso;Henrique Cardoso
brazil|Luiz Inácio Lula da Silva|Luiz Lula da Silva;Luiz Inacio Lula de Salva;Luiz Inacio Lula Da Silva
brazil|Dilma Rousseff|Dilma Roussef;Rouseff
brazil|Jair Bolsonaro|Jair Messias Bolsonaro
brunei|Hassanal Bolkiah|Haji Hassanal Bolkiah;Hassinal Bolkiah;Hassan al Bolkiah
bulgaria|Filip Dimitrov|Dimitrov
bulgaria|Petar Stoyanov|Peter Stoyanov
bulgaria|Simeon Saxe-Coburg-Gotha|Simeon Saxe-Coburg Gotha
burkina-faso|Maurice Yaméogo|Yameogo
burma|Win Maung|U Win Maung
burma|U Nu|U Nu
burundi|Mwambutsa IV|Mwambutsa IV
cambodia|Norodom Sihanouk|Sihanouk
cameroon|Ahmadou Ahidjo|Ahidjo
canada|R. B. Bennett|Bennett
canada|Lord Tweedsmuir|Tweedsmuir;Lord Tweedsmuir
canada|William Lyon Mackenzie King|Mackenzie King
canada|Earl of Athlone|Earl of Athlone
canada|Viscount Alexander|Alexander;Viscount Alexander
canada|Louis St. Laurent|St. Laurent
canada|Vincent Massey|Massey
canada|John Diefenbaker|Diefenbaker;Diefenbacker
canada|Lester B. Pearson|Pearson
canada|Pierre Trudeau|Pierre Elliott Trudeau
canada|Brian Mulroney|Martin Brian Mulroney;Mulroney
canada|Justin Trudeau|Justin P. J. Trudeau
cape-verde|José Maria Neves|Jose Maria Pereira Neves
cape-verde|Jorge Carlos Fonseca|Jorge Carlos de Almeida
central-african-republic|Ange-Félix Patassé|Ange Patasse
chad|Mahamat Idriss Déby|Mahamat Idriss Deby Itno
chad|Idriss Déby|Idriss Deby
chile|Pedro Montt|Montt
chile|Juan Antonio Ríos|Rios
chile|Gabriel González Videla|Gonzales Videla
chile|Jorge Alessandri|Alessandri
chile|Michelle Bachelet|Michele Bachelet
chile|Gabriel Boric|Gabriel Boric Font
china|T. V. Soong|Soong
colombia|Pedro Nel Ospina|Ospina@1920-1930
colombia|Mariano Ospina Pérez|Ospina@1940-1950
colombia|Enrique Olaya Herrera|Olaya
colombia|Alfonso López Pumarejo|Lopez
colombia|Alfonso López Michelsen|Alfonso Lopez Michelson
colombia|Alberto Lleras Camargo|Lleras
colombia|Guillermo León Valencia|Valencia
colombia|Juan Manuel Santos|Juan Manuel Santos Calderon
colombia|Álvaro Uribe|Alvaro Uribe
congo-democratic-republic|Patrice Lumumba|Lumumba
congo-democratic-republic|Cyrille Adoula|Adoula
congo-democratic-republic|Félix Tshisekedi|Felix Antoine Tshisekedi Tshilombo
congo-republic|Fulbert Youlou|Youlou
cook-islands|Mark Brown|Mark Stephen Brown
costa-rica|Rafael Ángel Calderón Guardia|Calderon Guardia
costa-rica|Teodoro Picado|Picado
costa-rica|Mario Echandi|Echandi
costa-rica|Francisco Orlich|Orlich
costa-rica|José María Figueres Olsen|Jose Figueres Ferrer@1990-2000
costa-rica|José Figueres Ferrer|Jose Figueres Ferrer@1948-1989
costa-rica|Óscar Arias|Oscar Arias Sanchez;Oscar Arias
cote-divoire|Félix Houphouët-Boigny|Houphouet-Boigny
cuba|Gerardo Machado|Machado
cuba|Miguel Mariano Gómez|Gomez
cuba|Fulgencio Batista|Batista
cuba|Ramón Grau San Martín|Grau San Martin
cuba|Carlos Prío Socarrás|Prio Socarras
cuba|Fidel Castro|Castro@1958-2000
cyprus|Makarios III|Makarios;Archbishop Makarios III
czechoslovakia|Edvard Beneš|Benes
czech-republic|Miloš Zeman|Milos Zeman
denmark|Hans Hedtoft|Hedtoft
denmark|H. C. Hansen|Hansen
denmark|Viggo Kampmann|Kampmann
denmark|Jens Otto Krag|Krag
denmark|Anders Fogh Rasmussen|Anders Rasmussen
denmark|Lars Løkke Rasmussen|Lars Rasmussen;Lars Lokke Rasmussen
denmark|Poul Schlüter|Poul Schlueter
djibouti|Ismail Omar Guelleh|Ismail Guellah;Ismail Guelleh
dominica|Eugenia Charles|Maria Eugenia Charles
dominican-republic|Juan Bosch|Bosch
dominican-republic|Joaquín Balaguer|Joaquin Videla Balaguer
dominican-republic|Leonel Fernández|Leonel Fernandez Reyna;Leonel Fernandez
ecuador|Carlos Alberto Arroyo del Río|Arroyo del Rio
ecuador|Carlos Julio Arosemena Monroy|Arosemena
ecuador|León Febres Cordero|Leon Febres-Cordero;Leon Febres Cordero
ecuador|Guillermo Lasso|Guillermo Lasso Mendoza
egypt|Gamal Abdel Nasser|Nasser
egypt|Abdel Fattah el-Sisi|Abdelfattah Said Elsisi;Abdel Fattah al-Sisi;Abdel Fattah Said Alsisi
el-salvador|José María Lemus|Lemus
el-salvador|Elías Antonio Saca|Elias Antonio Saca;Elias Saca;Elias Saca Gonzalez;Saca
el-salvador|Salvador Sánchez Cerén|Salvador Sanchez
el-salvador|Francisco Flores|Francisco Flores Perez
el-salvador|Mauricio Funes|Carlos Mauricio Funes
equatorial-guinea|Teodoro Obiang Nguema Mbasogo|Teodoro Obiang Nguema
estonia|Toomas Hendrik Ilves|Toomas Ilves
eswatini|Cleopas Dlamini|Cleopas Sipho Dlamini
ethiopia|Endalkachew Makonnen|Endalkachau
ethiopia|Hailemariam Desalegn|Hailemariam Desalegn Boshe
ethiopia|Abiy Ahmed|Abiy Ahmed Ali
fiji|Sitiveni Rabuka|Sitiveni Ligamamada Rabuka
fiji|Frank Bainimarama|Josaia Voreqe Bainimarama
finland|Reino Kuuskoski|Kuuskoski
finland|Urho Kekkonen|Kekkonen
finland|Kalevi Sorsa|Taisto K. Sorsa
france|Aristide Briand|Briand
france|Pierre Laval|Laval
france|Charles de Gaulle|de Gaulle
france|René Pleven|Pleven
france|Vincent Auriol|Auriol
france|René Mayer|Mayer
france|Pierre Mendès France|Mendes-France
france|Guy Mollet|Mollet
france|Valéry Giscard d'Estaing|Valery Giscard d’Estaing;Giscard d’Estaing;Giscard d'Estaing
france|Jacques Chirac|Jacques R. Chirac
france|François Mitterrand|Francois Mitterrand
france|François Hollande|Francois Hollande
france|Raymond Barre|Raymond O. J. Barre
france|Nicolas Sarkozy|Nicloas Sarkozy
guyana|Irfaan Ali|Mohamed Irfaan Ali;Mohammed Irfaan Ali
gabon|Omar Bongo|El Hadj Omar Bongo
gabon|Ali Bongo Ondimba|Ali Ben Bongo Odimba
gambia|Yahya Jammeh|Yahya A. J. J. Jammeh
georgia|Eduard Shevardnadze|Eduard A. Shevardnadze;Eduard Sheverdnadze
georgia|Mikheil Saakashvili|Mikhail Saakashvili
georgia|Irakli Garibashvili|Irakli Gharibashvili
germany|Konrad Adenauer|Adenauer
germany|Theodor Heuss|Heuss
germany|Heinrich Lübke|Luebke
germany|Ludwig Erhard|Erhard
germany|Karl Carstens|Kurt Carstens;Carstens
germany|Richard von Weizsäcker|Richard von Weizsaecker;Richard von Weiszaecker
germany|Gerhard Schröder|Gerhard Schroeder
germany|Kurt Georg Kiesinger|Kurt-Georg Kiesinger
ghana|Kwame Nkrumah|Nkrumah
ghana|John Kufuor|John Agyekum Kufuor;John Agyokum Kufuor
ghana|Nana Akufo-Addo|Nana Addo Dankwa Akufo-Addo
greece|Emmanouil Tsouderos|Tsouderos
greece|Konstantinos Tsaldaris|Tsaldaris
greece|Konstantinos Karamanlis|Karamanlis@1950-1999;Konstantinos Karamanlis@1950-1999
greece|Kostas Karamanlis|Konstantinos Karamanlis@2000-2010;Konstandinos Karamanlis@2000-2010;Karamanlis@2000-2010
greece|Georgios Papandreou|Papandreou@1960-1970
greece|Constantine II|Constantine
greece|Paul I|Paul I
greece|Konstantinos Mitsotakis|Constantine Mitsotakis
greece|Costas Simitis|Konstandinos Simitis;Konstandions Simitis
greece|Alexis Tsipras|Alexios Tsipras
guatemala|Justo Rufino Barrios|Barrios
guatemala|Carlos Castillo Armas|Castillo Armas
guatemala|Miguel Ydígoras Fuentes|Ydigoras
guatemala|Luis Alberto Flores Asturias|Luis Alberto Flores
guatemala|Otto Pérez Molina|Otto Fernandez Perez
guatemala|Álvaro Colom|Alvaro Colom Caballeros
guatemala|Vinicio Cerezo|Vinicio Cerezo Arevalo
guinea|Ahmed Sékou Touré|Toure;Sekou Toure
guinea|Alpha Condé|Alpha Conde
guinea-bissau|Manuel Saturnino da Costa|Manuel Saturnino
guyana|Irfaan Ali|Mohamed Irfaan Ali
haiti|Louis Borno|Borno
haiti|Sténio Vincent|Vincent
haiti|Élie Lescot|Lescot
haiti|Paul Magloire|Magloire
hawaii|Kalākaua|Kalakaua
hawaii|Sanford B. Dole|Dole
honduras|Ramón Villeda Morales|Villeda Morales
honduras|Manuel Zelaya|Manuel Zelaya Rosales
honduras|Juan Orlando Hernández|Juan Orlando Hernandez;Juan Hernando Hernandez
honduras|Carlos Roberto Reina|Carlos Roberto Reina Idiaquez
hungary|Ferenc Nagy|Nagy
hungary|Viktor Orbán|Viktor Orban
iceland|Sveinn Björnsson|Bjornsson
iceland|Bjarni Benediktsson (1908)|Benediktsson;Bjarni Benediktsson@1960-1975
iceland|Bjarni Benediktsson|Bjarni Benediktsson@2010-2030
iceland|Davíð Oddsson|David Oddsson;David Oddson
iceland|Ólafur Ragnar Grímsson|Olafur Grimsson
india|Jawaharlal Nehru|Nehru
india|Sarvepalli Radhakrishnan|Radhakrishnan
india|Atal Bihari Vajpayee|Atal Vajpayee;Vajpayee
indonesia|Sukarno|Sukarno
indonesia|Suharto|Soeharto;Suharto
indonesia|Abdurrahman Wahid|Abdurrachman Wahid;Wahid
iran|Mohammad Reza Pahlavi|Mohammed Reza Pahlavi
iran|Mohammad Mosaddegh|Mossadeq
iran|Manouchehr Eghbal|Eghbal
iran|Amir-Abbas Hoveyda|Abbas Hoveyda;Amir Abbas Hoveyda
iraq|Abd al-Ilah|Abdul Ilah
iraq|Ibrahim al-Jaafari|Ibrahim al-Jafari
iraq|Nouri al-Maliki|Nuri al-Maliki;Maliki
iraq|Haider al-Abadi|Haidar al-Abadi;Haidar al- Abadi
iraq|Mohammed Shia al-Sudani|Mohammed Shyaa al-Sudani
ireland|John A. Costello|Costello
ireland|Seán T. O'Kelly|O’Kelly
ireland|Seán Lemass|Lemass
ireland|Éamon de Valera|de Valera
ireland|Jack Lynch|John M. Lynch;Lynch
ireland|Micheál Martin|Michael Martin
ireland|Garret FitzGerald|Garret Michael Desmond FitzGerald;FitzGerald
ireland|Charles Haughey|Charles J. Haughey
israel|Chaim Weizmann|Weizmann
israel|David Ben-Gurion|Ben-Gurion
israel|Zalman Shazar|Shazar
israel|Levi Eshkol|Eshkol
israel|Benjamin Netanyahu|Binyamin Netanyahu;Benyamin Netanyahu
italy|Alcide De Gasperi|De Gasperi
italy|Mario Scelba|Scelba
italy|Giovanni Gronchi|Gronchi
italy|Amintore Fanfani|Fanfani
italy|Antonio Segni|Segni
italy|Aldo Moro|Moro
italy|Giulio Andreotti|Giulio Giulio Andreotti
italy|Sandro Pertini|Alessandro Pertini
italy|Giovanni Goria|Giovanni Giuseppe Goria
italy|Ciriaco De Mita|Luigi Ciriaco De Mita
italy|Carlo Azeglio Ciampi|Carlo Ciampi
italy|Giuliano Amato|Guiliano Amato
italy|Massimo D'Alema|Massimo D’Alema;Massimo d’Alema
jamaica|Alexander Bustamante|Bustamante
jamaica|P. J. Patterson|Percival James Patterson
japan|Shigeru Yoshida|Yoshida
japan|Nobusuke Kishi|Kishi
japan|Hayato Ikeda|Ikeda
japan|Eisaku Satō|Sato;Eisaku Sato
japan|Kakuei Tanaka|Kakui Tanaka
japan|Shinzo Abe|Shinzō Abe
japan|Yoshihide Suga|Suga Yoshihide
japan|Fumio Kishida|Kishida Fumio
jordan|Hussein|Hussein I
jordan|Abdullah II|Abdullah;Abdullah II ibn Al Hussein;Abdullah II bin Al-Hussein;Abdallah II
jordan|Hussein bin Abdullah|Crown Prince Hussein
kenya|Daniel arap Moi|Daniel T. arap Moi;Moi
korea-south|Paik Too-chin|Paik
korea-south|Syngman Rhee|Rhee
korea-south|Park Chung-hee|Park@1961-1979;Park Chung Hee
korea-south|Chung Il-kwon|Il Kwon Chung
korea-south|Kim Jong-pil|Chong Pil Kim
korea-south|Chun Doo-hwan|Chun Doo Hwan
korea-south|Kim Young-sam|Kim Yong-sam
korea-south|Kim Dae-jung|Kim Dae Jung;Kim Dae-Jung
korea-south|Roh Moo-hyun|Roh Moo-Hyun
korea-south|Lee Myung-bak|Lee Myung-Bak
korea-south|Park Geun-hye|Park Geun-Hye;Park@2013-2017
korea-south|Yoon Suk-yeol|Yoon Suk Yeol
kuwait|Sabah Al-Salim Al-Sabah|Sabah al-Salim al-Sabah
kuwait|Saad Al-Abdullah Al-Sabah|Saad al-Abdullah al-Sabah
kuwait|Jaber Al-Ahmad Al-Sabah|Jabir al-Ahmad al-Sabah;Jabir al-Ahmed al-Sabah;Jabir al-Sabah
kuwait|Sabah Al-Ahmad Al-Jaber Al-Sabah|Sabah al-Sabah@2002-2006;Sabah al-Ahmed al-Jaber al-Sabah;Sabah al-Ahmed al-Jabir al-Sabah;Sabah Al-Ahmed Al-Jaber Al-Sabah
kuwait|Nasser Al-Mohammed Al-Sabah|Nasser al-Sabah@2006-2012
kuwait|Nasser Sabah Al-Ahmed Al-Sabah|Nasser Sabah Al-Ahmed Al-Sabah
laos|Choummaly Sayasone|Choummaly Sayasone
latvia|Vaira Vīķe-Freiberga|Vairi Vike-Freiburga;Vairi Vike-Freiberga
latvia|Andris Bērziņš|Andris Berzins
lebanon|Saeb Salam|Salaam
lebanon|Rafic Hariri|Rafiq al-Hariri;Rafiq Hariri
lebanon|Saad Hariri|Sa’ad al-Hariri
lesotho|Thomas Thabane|Motsoahae Thomas Thabane
lesotho|Samuel Matekane|Ntsokoane Samuel Matekane
liberia|Edwin Barclay|Barclay
liberia|William Tubman|Tubman;William V. S. Tubman
liberia|Samuel Doe|Samuel Kanyon Doe
liberia|Ellen Johnson Sirleaf|Ellen Johnson-Sirleaf
liberia|George Weah|George Manneh Weah
libya|Mustafa Ben Halim|Ben Halim
libya|Abdullah al-Thani|Abdalla Alteni
libya|Mohamed al-Menfi|Mohamed Younis Menfi;Mohammed al-Manfi
liechtenstein|Franz Joseph II|Joseph II
lithuania|Dalia Grybauskaitė|Dalia Grybauskaite;Galia Grybauskaite
lithuania|Valdas Adamkus|Valdas Adamkus
luxembourg|Charlotte|Charlotte
luxembourg|Jean|Jean
luxembourg|Jean-Claude Juncker|Jean Claude Juncker
macedonia|Ljubčo Georgievski|Ljubco Georgievski
madagascar|Philibert Tsiranana|Tsiranana
madagascar|Andry Rajoelina|Andry Nirina Rajoelina
malawi|Hastings Banda|Hastings Kamuzu Banda
malawi|Bakili Muluzi|Muluzi Bakili
malawi|Peter Mutharika|Arthur Peter Mutharika
malawi|Lazarus Chakwera|Lazarus McCarthy Chakwera
malaysia|Tunku Abdul Rahman|Rahman
malaysia|Abdul Razak Hussein|Tun Abdul Razak
malaysia|Mahathir Mohamad|Mahathir bin Muhammad;Mahathir Mohamed;Mahathir bin Mohamad
malaysia|Najib Razak|Najib ben Abdul Razak;Mohd Najid Razak
malaysia|Anwar Ibrahim|Dato' Seri Anwar bin Ibrahim
mali|Modibo Keïta|Keita@1960-1970
mali|Ibrahim Boubacar Keïta|Ibrahim Boubacar Kieta
marshall-islands|Hilda Heine|Hilda C. Heine
mauritania|Moktar Ould Daddah|Mokhtar Ould Daddah
mauritania|Mohamed Ould Ghazouani|Mohamed Ould Cheikh El Ghazouani
mauritius|Anerood Jugnauth|Aneerood Jugnauth
mauritius|Navin Ramgoolam|Navinchandra Ramgoolam
mauritius|Pravind Jugnauth|Pravind Kumar Jugnauth
mexico|Porfirio Díaz|Diaz
mexico|Plutarco Elías Calles|Calles
mexico|Pascual Ortiz Rubio|Ortiz Rubio
mexico|Manuel Ávila Camacho|Avila Camacho
mexico|Miguel Alemán Valdés|Aleman
mexico|Adolfo Ruiz Cortines|Ruiz Cortines
mexico|Adolfo López Mateos|Lopez Mateos
mexico|Gustavo Díaz Ordaz|Diaz Ordaz;Gustavo Diaz-Ordaz;Gustavo Gustavo Diaz Ordaz;Gustavo Diaz Ordaz
mexico|Luis Echeverría|Luis Echeverria
mexico|José López Portillo|Jose Lopez Portillo;Lopez Portillo
mexico|Ernesto Zedillo|Ernesto Zedillo Ponce de Leon
mexico|Carlos Salinas de Gortari|Salinas
mexico|Felipe Calderón|Felipe Calderon;Feilipe Calderon
mexico|Enrique Peña Nieto|Enrique Pena Nieto
micronesia|Wesley Simina|Wesley W. Simina
monaco|Rainier III|Rainier
monaco|Albert I|Albert I
morocco|Mohammed V|Mohamed V
morocco|Abdallah Ibrahim|Ibrahim
morocco|Mohammed VI|Mohamed VI
mozambique|Joaquim Chissano|Joaquim Alberto Chissano
mozambique|Armando Guebuza|Ermando Emilio Guebuza
mozambique|Filipe Nyusi|Filipe Jacinto Nyusi
namibia|Hifikepunye Pohamba|Hifike Pohamba;Hilikepunye Lucas Pohamba
nauru|Russ Kun|Russ Joseph Kun;Russ J Kun
nepal|B. P. Koirala|Koirala@1955-1965
netherlands|Willem Drees|Drees
netherlands|Piet de Jong|Petrus J. S. de Jong
netherlands|Joop den Uyl|Johannes Marten den Uyl
netherlands|Dries van Agt|Andreas A. M. van Agt
netherlands|Ruud Lubbers|Rudolphus F. M. (Ruud) Lubbers
netherlands|Wim Kok|Willem (Wim) Kok;Willem Kok
netherlands|Jan Peter Balkenende|Jan Balkenende
new-zealand|Peter Fraser|Fraser
new-zealand|Sidney Holland|Holland
new-zealand|Keith Holyoake|Holyoake;Keith J. Holyoake
new-zealand|Bill Rowling|Wallace E. Rowling
new-zealand|Jim Bolger|James Bolger
new-zealand|John Key|John P. Key
nicaragua|Anastasio Somoza García|Somoza
nicaragua|Anastasio Somoza Debayle|Anastasio Somoza Debayle
nicaragua|Enrique Bolaños|Enrique Bolonas;Enrique Bolanos
nicaragua|Daniel Ortega|Daniel Ortega
nigeria|Abubakar Tafawa Balewa|Balewa
nigeria|Olusegun Obasanjo|Olesegun Obasanjo;Olesegun Obsanjo;Olusegun Obsanjo
nigeria|Muhammadu Buhari|Muhammedu Buhari
norway|Einar Gerhardsen|Gerhardsen
norway|Oscar Torp|Torp
norway|Gro Harlem Brundtland|Gro Harlem Bruntland
norway|Kjell Magne Bondevik|Kjell Bondevik
oman|Said bin Taimur|Said bin Taimur Bin Faisal
oman|Qaboos bin Said|Qaboos;Qaboos bin Said
pakistan|Ghulam Muhammad|Ghulam Mohammed
pakistan|Mohammad Ali Bogra|Mohammed Ali
pakistan|Huseyn Shaheed Suhrawardy|Suhrawardy
pakistan|Yahya Khan|Agha Muhammad Yahya Khan
pakistan|Nawaz Sharif|Mohammed Nawaz Sharif
pakistan|Asif Ali Zardari|Asif Zardari;Asif Zadari
pakistan|Yousaf Raza Gilani|Yousuf Gillani;Yusuf Raza Gilani
palau|Surangel Whipps Jr.|Surangel Samuel Whipps, Jr.;Surangel Whipps, Jr
palau|Tommy Remengesau Jr.|Tommy E. Remengesau, Jr.
panama|Belisario Porras|Porras
panama|Harmodio Arias|Arias
panama|José Antonio Remón|Remon
panama|Roberto Chiari|Chiari
panama|Demetrio Lakas|Demetrio Basilio Lakas Bahas
panama|Omar Torrijos|Omar Torrijos Herrera
panama|Arístides Royo|Aristide Royo
paraguay|Higinio Morínigo|Morinigo
peru|Manuel Prado|Prado
peru|Alberto Fujimori|Alberto K. Fujimori
peru|Dina Boluarte|Dina Boluarte Zegarra
philippines|Manuel Roxas|Roxas
philippines|Elpidio Quirino|Quirino
philippines|Carlos P. García|Garcia
philippines|Diosdado Macapagal|Macapagal
philippines|Ferdinand Marcos|Ferdinand Marcos@1960-1990;Marcos@1965-1986
philippines|Corazon Aquino|Corazon C. Aquino
philippines|Fidel V. Ramos|Fidel Ramos
philippines|Gloria Macapagal Arroyo|Gloria Macapagal-Arroyo
philippines|Benigno Aquino III|Benigno Aquino 3rd;Benigno S. Aquino, 3rd;Benigno S Aquino;Benigno Aquino@2010-2016
philippines|Ferdinand Marcos Jr.|Ferdinand Romualdez Marcos Jr.;Ferdinand Marcos Jr.;Ferdinand Marcos@2022-2030
poland|Władysław Sikorski|Sikorski
poland|Stanisław Mikołajczyk|Mikolajczyk
poland|Aleksander Kwaśniewski|Aleksander Kwasniewski;Alexander Kwasniewski
poland|Lech Wałęsa|Lech Walesa
poland|Lech Kaczyński|Lech Kaczynski
portugal|Marcelo Caetano|Marcelo Jose das Neves Alves Caetano
portugal|Mário Soares|Mario Alberto Lopes Soares
portugal|António Ramalho Eanes|Antonio dos Santos Ramalho Eanes
portugal|Aníbal Cavaco Silva|Anibal Antonio Cavaco e Silva;Anibal Cavaco Silva
portugal|José Manuel Barroso|Jose Manuel Durao;Jose Durao
portugal|António Guterres|Antonio Guterres
portugal|Luís Montenegro|Luís Montenegro;Antonio Luis Montenegro
qatar|Tamim bin Hamad Al Thani|Tameem bin Hamad al-Thani;Tamim bin Hamad al-Thani
qatar|Hamad bin Khalifa Al Thani|Hamad bin Khalifa al-Thani
romania|Klaus Iohannis|Klaus Werner Iohannis
russia|Nikita Khrushchev|Khrushchev
russia|Alexei Kosygin|Aleksei N. Kosygin;Kosygin
russia|Leonid Brezhnev|Leonid I. Brezhnev
russia|Mikhail Gorbachev|Mikhail S. Gorbachev
russia|Boris Yeltsin|Boris N. Yeltsin
russia|Viktor Chernomyrdin|Viktor S. Chernomyrdin
russia|Dmitry Medvedev|Dimitry Medvedev;Dmitri Medvedev;Dmitriy Medvedev;Dimitry A. Medvedev
rwanda|Grégoire Kayibanda|Kayibanda;Gregoire Kayibanda
saint-lucia|John Compton|John G. M. Compton
saint-lucia|Philip J. Pierre|Philip Pierre
samoa|Tofilau Eti Alesana|Eti Alesana Tofilau
samoa|Fiamē Naomi Mataʻafa|Fiamē Naomi Mata’afa;Fiame Naomi Mata'afa
sao-tome-and-principe|Gabriel Costa|Gabriel Arcanjo Ferreira da Costa
saudi-arabia|Saud bin Abdulaziz Al Saud|Saud
saudi-arabia|Faisal bin Abdulaziz Al Saud|Faisal
saudi-arabia|Khalid bin Abdulaziz Al Saud|Khalid
saudi-arabia|Fahd bin Abdulaziz Al Saud|Fahd
saudi-arabia|Abdullah bin Abdulaziz Al Saud|Abdullah bin Albdul Aziz;Abdullah bin Abd-el Aziz al-Saud;Abdullah
saudi-arabia|Salman bin Abdulaziz Al Saud|Salman bin Abdel Aziz bin-Saud;Salman
senegal|Léopold Sédar Senghor|Senghor;Leopold Sedar Senghor;Leopold-Sedar Senghor
seychelles|Wavel Ramkalawan|Wavel John Charles Ramkalawan
sierra-leone|Ernest Bai Koroma|Ernest Koroma
singapore|Lee Hsien Loong|Lee Hsien Leong
somalia|Abdirashid Ali Shermarke|Abdirascid
somalia|Mohamed Haji Ibrahim Egal|Mohammed Haji Ibrahim Egal
south-africa|Jan Smuts|Smuts
south-africa|F. W. de Klerk|Frederik Willem de Klerk;Frederik Willem De Klerk
south-africa|Jacob Zuma|Jacob Gedleyihleskisa Zuma
spain|Juan Carlos I|Juan Carlos
spain|José María Aznar|Jose Aznar;Jose Maria Aznar
spain|José Luis Rodríguez Zapatero|Jose Luis Rodriguez Zapatero
sri-lanka|John Kotelawala|Kotelawala
sri-lanka|Sirimavo Bandaranaike|Sirimavo R. D. Bandaranaike
sri-lanka|J. R. Jayewardene|Junius Richard Jayawardene
sri-lanka|Ranil Wickremesinghe|Ranil Wickremasinghe
sudan|Ibrahim Abboud|Abboud
sudan|Jaafar Nimeiry|Jaafar Nimeiri;Jaafar Nimieri
suriname|Ronald Venetiaan|Ronald R. Venetiaan
suriname|Chan Santokhi|Chandrikapersad Santokhi
sweden|Tage Erlander|Erlander
sweden|Olof Palme|Olaf Palme
sweden|Carl XVI Gustaf|Carl XVI Gustav
sweden|Fredrik Reinfeldt|John Fredrik Reinfeldt;Fredrik Reingeldt
switzerland|Johann Schneider-Ammann|Johann N. Schneider Ammann
syria|Faris al-Khoury|Al-Khouri
taiwan|Chen Cheng|Ch’en
tajikistan|Emomali Rahmon|Emomali Rakhmonov
tanzania|Julius Nyerere|Nyerere;Julius K. Nyerere
tanzania|Jakaya Kikwete|Jakaya Mrisho Kikwete
thailand|Plaek Phibunsongkhram|Pibulsonggram
thailand|Bhumibol Adulyadej|Bhumibol
thailand|Thaksin Shinawatra|Thaksin Chinnawat
thailand|Prayut Chan-o-cha|Prayut Chan-O-Cha
timor-leste|Xanana Gusmão|Jose Alexander (Xanana) Gusmao
togo|Sylvanus Olympio|Olympio
togo|Gnassingbé Eyadéma|Gnassingbe Eyadema
togo|Faure Gnassingbé|Faure Essozimna Gnassingbe
tonga|Siale'ataongo Tu'ivakano|Tuivakano;Lord Tuivakano
tonga|Hu'akavameiliku|Siaosi Sovaleni;Siaosi Ofa Ki Vahafolau Sovaleni
trinidad-and-tobago|Eric Williams|Eric E. Williams
trinidad-and-tobago|Patrick Manning|Patrick A. M. Manning
tunisia|Habib Bourguiba|Bourguiba
tunisia|Zine El Abidine Ben Ali|Zine al Abidine Ben Ali
tunisia|Moncef Marzouki|Mohamed Moncel Marzouki
turkey|Celâl Bayar|Bayar
turkey|Adnan Menderes|Menderes
turkey|İsmet İnönü|Inonu
turkey|Süleyman Demirel|Suleiman Demirel;Suleyman Demirel;Suleyman Demiral
turkey|Ahmet Necdet Sezer|Ahmet Sezer;Sezer
turkey|Recep Tayyip Erdoğan|Recep Erdogan;Recep Tayyip Erdogan
turkey|Abdullah Gül|Abdullah Gul
turkmenistan|Serdar Berdimuhamedow|Serdar Berdimuhamedov
uganda|Milton Obote|Obote
ukraine|Petro Poroshenko|Petro Porochenko
ukraine|Volodymyr Zelenskyy|Volodymyr Zelensky
united-arab-emirates|Mohamed bin Zayed Al Nahyan|Mohamed bin Zayed Al Nahyan
united-kingdom|Ramsay MacDonald|MacDonald
united-kingdom|Winston Churchill|Churchill
united-kingdom|Clement Attlee|Attlee
united-kingdom|Anthony Eden|Eden@1955-1957
united-kingdom|Harold Macmillan|Macmillan
united-kingdom|Alec Douglas-Home|Douglas-Home
united-kingdom|Harold Wilson|Wilson
united-kingdom|Edward Heath|Edward R. G. Heath
uruguay|Tomás Berreta|Berreta
uruguay|Luis Batlle Berres|Batlle Berres
uruguay|Aparicio Méndez|Aparacio Mendez Manfredini
uruguay|Luis Alberto Lacalle|Luis Alberto Lacalle Herrera
venezuela|Isaías Medina Angarita|Medina
venezuela|Rómulo Gallegos|Gallegos
venezuela|Rómulo Betancourt|Betancourt
venezuela|Rafael Caldera|Rafael Caldera Rodriguez
venezuela|Carlos Andrés Pérez|Carlos Andres Perez
vietnam|Ngo Dinh Diem|Diem
vietnam|Nguyễn Xuân Phúc|Nguyen Xuan Phuc
yemen|Ali Abdullah Saleh|Ali Abdallah Salih
yemen|Abdrabbuh Mansour Hadi|Abd Rabuh Mansur Hadi
yugoslavia|Josip Broz Tito|Tito
yugoslavia|Peter II|Peter II
zambia|Kenneth Kaunda|Kenneth D. Kaunda
zambia|Hakainde Hichilema|Hakainde Sammy Hichilema
egypt|Hosni Mubarak|Mubarak
egypt|Anwar Sadat|Sadat;Anwar al-Sadat
jordan|Hussein|Hussein
china|Jiang Zemin|Jiang
china|Hu Jintao|Hu
china|Xi Jinping|Xi
israel|Golda Meir|Meir
"""
CANONICAL = collections.defaultdict(list)
for _line in NAMES.strip().splitlines():
    _country, _name, _spellings = _line.split("|")
    for _spelling in _spellings.split(";"):
        _text, _, _years = _spelling.partition("@")
        _first, _, _last = _years.partition("-")
        _state = place_of(_country, "2020-01-01")[0] or _country
        CANONICAL[(FAMILY.get(_state, _state), slug(_text))].append((int(_first or 0), int(_last or 9999), _name))


def canonical(name, state, year):
    for first, last, written in CANONICAL.get((FAMILY.get(state, state), slug(name)), ()):
        if first <= year <= last:
            return written
    return name


# ---------------------------------------------------------------- reading names
TITLE = re.compile(r"^((?:Acting|Interim|Provisional|Deputy|Vice|Transitional|Federal|First|Junta|Regent)? ?"
                   r"(?:President ?- ?(?:elect|Elect|designate)|Chancellor-elect|President of the Council of Ministers|President|Prime Ministere|Prime Minster|Prime Minister(?:-Prince)?|Premier (?:and|&) Prince|Premier|King|Queen|Emperor|"
                   r"Chancellor|Governor General|General Secretary|Secretary|Chairman of the Presidency|Chairman|Crown Prince|Prince|Pope|Grand Duke|Grand Duchess|Taoiseach|Head of State|Chief of State|Amir|Emir|Sultan|Shah|"
                   r"Brigadier General|Lieutenant General|General|Member|Sheikha?))(?:\s+|(?=[A-Z]))(?:(?:Sheikh?|Dr\.|Amir|Sultan) )?")
# Where the first word of the name looks like a title.
KEEP = re.compile(r"^(Prime Minister) ((?:Shah Mahmud|Amir Abbas Hoveyda).*)$")
UNTITLED = {"Valdas Adamkus": "President", "Jose Luis Rodriguez Zapatero": "Prime Minister"}


def visitors(text):
    """'President A and Prime Minister B' -> [(title, name), …]."""
    text = text.replace("  ", " ").strip()
    for part in re.split(r"(?:,| and) (?=(?:President|Prime Minister|Crown Prince) )", text):
        kept = KEEP.match(part)
        if kept:
            yield kept[1], kept[2]
            continue
        found = TITLE.match(part)
        if found:
            title = re.sub(r"\s*-\s*", "-", found[1].strip()).replace("Ministere", "Minister").replace("Minster", "Minister").replace("-Elect", "-elect").replace("Premier & Prince", "Premier").replace("Premier and Prince", "Premier").replace("Prime Minister-Prince", "Prime Minister").replace("Regent Prince", "Regent")
            yield title, part[found.end():].strip()
        else:
            yield UNTITLED.get(part, ""), part


ADJECTIVES = {"Russian": "russia", "Soviet": "soviet-union", "British": "united-kingdom", "French": "france", "German": "germany", "West German": "germany", "Italian": "italy", "Israeli": "israel", "Palestinian": "palestine",
              "Egyptian": "egypt", "Japanese": "japan", "Chinese": "china", "Turkish": "turkiye", "Greek": "greece", "Indian": "india", "Pakistani": "pakistan", "Afghan": "afghanistan", "Iraqi": "iraq", "Iranian": "iran",
              "Saudi": "saudi-arabia", "Saudi Arabian": "saudi-arabia", "Jordanian": "jordan", "Syrian": "syria", "Lebanese": "lebanon", "Ukrainian": "ukraine", "Polish": "poland", "Mexican": "mexico", "Canadian": "canada",
              "Australian": "australia", "South Korean": "south-korea", "Korean": "south-korea", "North Korean": "north-korea", "Vietnamese": "vietnam", "South Vietnamese": "south-vietnam", "Spanish": "spain", "Portuguese": "portugal",
              "Dutch": "netherlands", "Belgian": "belgium", "Norwegian": "norway", "Danish": "denmark", "Swedish": "sweden", "Finnish": "finland", "Irish": "ireland", "Swiss": "switzerland", "Austrian": "austria", "Hungarian": "hungary",
              "Czech": "czechia", "Romanian": "romania", "Bulgarian": "bulgaria", "Croatian": "croatia", "Serbian": "serbia", "Bosnian": "bosnia-and-herzegovina", "Albanian": "albania", "Macedonian": "north-macedonia", "Cypriot": None,
              "Kuwaiti": "kuwait", "Bahraini": "bahrain", "Qatari": "qatar", "Emirati": "united-arab-emirates", "Omani": "oman", "Yemeni": "yemen", "Moroccan": "morocco", "Tunisian": "tunisia", "Algerian": "algeria", "Libyan": "libya",
              "Sudanese": "sudan", "Ethiopian": "ethiopia", "Kenyan": "kenya", "Ugandan": "uganda", "Rwandan": "rwanda", "Nigerian": "nigeria", "Ghanaian": "ghana", "South African": "south-africa", "Zambian": "zambia", "Tanzanian": "tanzania",
              "Angolan": "angola", "Brazilian": "brazil", "Argentine": "argentina", "Chilean": "chile", "Colombian": "colombia", "Peruvian": "peru", "Venezuelan": "venezuela", "Cuban": "cuba", "Panamanian": "panama", "Haitian": "haiti",
              "Indonesian": "indonesia", "Philippine": "philippines", "Thai": "thailand", "Malaysian": "malaysia", "Singaporean": "singapore", "Cambodian": "cambodia", "Laotian": "laos", "Burmese": "myanmar", "Georgian": "georgia",
              "Armenian": "armenia", "Azerbaijani": "azerbaijan", "Kazakh": "kazakhstan", "Uzbek": "uzbekistan", "Lithuanian": "lithuania", "Latvian": "latvia", "Estonian": "estonia", "Slovak": "slovakia", "Slovenian": "slovenia",
              "Palestinian Authority": "palestine", "UAE": "united-arab-emirates", "United Arab Emirates": "united-arab-emirates", "Russian Federation": "russia", "Chadian": "chad", "Kazakhstani": "kazakhstan", "Fijian": "fiji", "Somalian": "somalia",
              "UK": "united-kingdom", "Kyrgyz": "kyrgyzstan", "Tajik": "tajikistan", "Turkmen": "turkmenistan", "Mongolian": "mongolia", "Nepalese": "nepal", "Sri Lankan": "sri-lanka", "Bangladeshi": "bangladesh",
              "Djiboutian": "djibouti", "Malian": "mali", "Congolese": "dr-congo", "Liberian": "liberia", "Somali": "somalia", "South Sudanese": "south-sudan", "Montenegrin": "montenegro", "Moldovan": "moldova", "Belarusian": "belarus",
              "Jamaican": "jamaica", "Uruguayan": "uruguay", "Paraguayan": "paraguay", "Bolivian": "bolivia", "Ecuadorian": "ecuador", "Ecuadoran": "ecuador", "Maltese": "malta", "New Zealand": "new-zealand", "Papua New Guinea": "papua-new-guinea",
              "Yugoslav": "yugoslavia", "Ivorian": "cote-d-ivoire", "Senegalese": "senegal", "Icelandic": "iceland", "Luxembourg": "luxembourg", "EU": None, "European Union": None, "European Commission": None, "European Council": None,
              "European Parliament": None, "EC": None, "PLO": "palestine", "Kosovar": "kosovo", "Salvadoran": "el-salvador", "Nicaraguan": "nicaragua", "Guatemalan": "guatemala", "Honduran": "honduras", "Costa Rican": "costa-rica"}
OFFICE = (r"(?:NATO Secretary[ -]General|U\.?N\.? Secretary[ -]General|United Nations Secretary[ -]General|Deputy Prime Minister(?: and (?:Minister of )?Foreign (?:Minister|Affairs))?|Acting Prime Minister|Prime Minister(?: and Foreign Minister)?|"
          r"Interim President|Acting President|Vice President|President-elect|President|Premier|Chancellor|Foreign (?:Minister|Secretary|Affairs Minister)|Minister (?:of|for) Foreign (?:Affairs|Relations)|"
          r"(?:Minister (?:of|for) )?External (?:Affairs|Relations)(?: Minister)?|Secretary for External Affairs|Defense Minister|Minister of Defense|Deputy Crown Prince|Crown Prince|King|Queen|Emperor|Sultan|Amir|Emir|Shah|Pope|"
          r"General Secretary|Chairman|Generalissimo|Taoiseach|Grand Duke)")
PARTICLE = r"(?:de la|de|da|do|dos|del|della|di|du|la|le|van der|van den|van|von|bin|ibn|ben|al|el|ould|arap|den|der|d’|d')"
WORD = r"(?:(?:al|el|Al|El|d|D|O|N|M)[-’'])?[A-ZÀ-ÞŁŚŠŽČĐĀİ][\w’'ʻ.\-]*"
COUNTERPART = re.compile(rf"(?:(?P<adj>{'|'.join(sorted(ADJECTIVES, key=len, reverse=True))}) )?(?P<title>{OFFICE}) (?:Dr\. |Sheikh |Sheik |Sir |Prince |Lord )?(?P<name>(?:{PARTICLE}[ -])*{WORD}(?: (?:{PARTICLE}[ -])*{WORD})*(?: I[IVX]*| V?I{{1,3}})?)")
VERBS = re.compile(r"(?i)\b(met|meet|meets|meeting with|meetings with|discuss\w*|confer\w*|brief\w*|audience|consult\w*|talks|received|negotiat\w*|summit meeting with|summit with|conference with|review\w*|brunch with)\b")
OBLIQUE = re.compile(r"(?i)(coronation|wedding|funeral|service|services|inauguration|inaugural|memory|death|tomb|anniversary|birthday|wife|daughter|widow|son|envoy|representatives?|advisers?|aides?|successor|dedicat\w+|honor|assassination|return|brother|mother|delegation|hospital\w*|party|opponent|request|invitation|election|behalf|guest|office) (?:of|for|to|by|led by)?(?: the)?(?: late| former)? ?$|\b(?:former|late|accompanied|accompanying)(?: by)? $|en route.{0,20}$")
NAME_STOP = {"Embassy", "Ministers", "Council", "Summit", "Conference", "Affairs", "Mission"}
PALESTINIANS = {"Arafat", "Abbas", "Fayyad", "Qurei", "Qureia", "Erekat", "Mahmoud Abbas", "Mohammad Shtayyeh", "Salam Fayyad", "Yasser Arafat"}
# Offices that a state does not have; a name with such an office in that state's line is somebody else's.
NO_PRESIDENT = {"united-kingdom", "saudi-arabia", "jordan", "kuwait", "belgium", "netherlands", "denmark", "norway", "sweden", "spain", "japan", "canada", "australia", "new-zealand", "thailand", "morocco", "oman", "qatar",
                "bahrain", "malaysia", "brunei", "luxembourg", "holy-see", "jamaica", "bahamas", "cambodia", "bhutan", "papua-new-guinea", "nepal"}
MONARCHIES = {"united-kingdom", "saudi-arabia", "jordan", "belgium", "netherlands", "denmark", "norway", "sweden", "spain", "thailand", "morocco", "bahrain", "malaysia", "cambodia", "bhutan", "greece", "nepal", "laos", "tonga",
              "lesotho", "eswatini", "libya", "iraq", "egypt", "afghanistan", "italy", "romania", "yugoslavia", "burundi"}


def plain(text):
    """Abbreviations without full stops, so that a stop ends a clause."""
    text = re.sub(r"\bU\.S\.S\.R\.", "USSR", text).replace("U.K.", "UK").replace("U.S.", "US").replace("U.N.", "UN").replace("D.C.", "DC")
    text = re.sub(r"\b(Dr|St|Gen|Mr|Mrs|Adm|Sgt|Ft|Mt)\. ", r"\1 ", text)
    return re.sub(r"\b([A-Z])\. ?(?=[A-Z])", r"\1 ", text)


def clauses(text):
    return [c.strip() for c in re.split(r"[.;]\s+|[.;]$", plain(text)) if c.strip()]


class Reader:
    """Finds in a text who was met, as participants."""

    def __init__(self, persons, posts, presidents, us):
        self.persons, self.posts, self.us = persons, posts, us
        self.terms = presidents
        self.surnames = {name.split()[-1] for _, name, _, _ in presidents}

    def president(self, day):
        """The id of the president of the United States on a day."""
        for key, _, start, end in self.terms:
            if start <= day < (end or "9999"):
                return self.us[key]["id"]
        return None

    def president_name(self, day):
        return self.persons.all[self.president(day)]["name"] if self.president(day) else ""

    def american(self, title, name, day):
        """A president of the United States, when the name is the one in office that day."""
        return title in ("President",) and self.president(day) and tokens(name)[-1] == tokens(self.president_name(day))[-1]

    def suits(self, state, office):
        if office == "president":
            return state not in NO_PRESIDENT
        if office == "king":
            return state in MONARCHIES
        if office == "chancellor":
            return state in {"germany", "austria"}
        if office == "prime-minister":
            return state not in {"united-states", "holy-see", "mexico", "brazil", "argentina", "colombia", "chile", "venezuela", "switzerland", "germany", "austria", "indonesia", "philippines", "panama", "costa-rica", "guatemala", "el-salvador", "honduras", "uruguay", "ecuador", "bolivia", "paraguay", "saudi-arabia", "oman"}
        if office == "crown-prince":
            return state in {"saudi-arabia", "bahrain", "jordan", "kuwait"}
        return office == "foreign-minister" and state not in {"united-states", "holy-see"} or office == "pope" and state == "holy-see" \
            or office == "emir" and state in {"kuwait", "qatar", "bahrain"} or office == "sultan" and state in {"oman", "brunei"} or office == "emperor" and state in {"japan", "ethiopia"} or office == "shah" and state == "iran" \
            or office == "premier" and state in {"china", "soviet-union", "north-korea"} or office == "general-secretary" and state in {"soviet-union", "vietnam"}

    def known(self, name, state, office, year):
        """A known person: by full name, or by a surname that only one holder of that office then had."""
        name = canonical(name, state, year)
        person = self.persons.find(name, state, year, 8)
        if not person:
            return None
        if len(tokens(name)) > 1 and slug(name) != slug(name.split()[-1]):
            return person
        # Not before the term that a source dates, nor long before or after what else is known of the person (Assad may be the father).
        since = person.get("since", {}).get(office)
        close = year >= since if since else min(person["firm"]) - 3 <= year <= max(person["firm"]) + 3
        return person if office and office in person.get("offices", ()) and close else None

    def counterparts(self, text, default, day):
        """Participants named in the clauses of a text that speak of a meeting; default: the state of a name without an adjective."""
        found, seen, year = [], set(), int(day[:4])
        for clause in clauses(text):
            verb = VERBS.search(clause)
            if not verb or re.match(r"Had |Afterwards? ", clause):
                continue
            for m in COUNTERPART.finditer(clause):
                if m.start() < verb.start() or OBLIQUE.search(clause[max(0, m.start() - 45):m.start()]):
                    continue
                title, name = m["title"], re.sub(r"['’]s$", "", m["name"].rstrip(".,")).strip()
                name = re.sub(r"\s+(?:in|at|on|and)$", "", name)
                # 'Red Cross President A': the office of something that is no state.
                body = re.search(r"((?:[A-Z][\w’'-]+ )+)$", clause[:m.start()])
                body = body[1] if body and not m["adj"] and body[1].split()[-1] not in {"Met", "Briefed", "Discussed", "Conferred", "Consulted", "Received", "Visited", "Reviewed", "Both", "With", "Then", "Acting", "Deputy", "Federal", "Vice", "State", "Meeting", "Interim", "Transitional", "General", "First", "Majesty", "Holiness", "Alternate"} else ""
                if body and "NATO" not in title and not re.match(r"U\.?N", title):
                    label = f"{body.strip()} {title} {name}"
                    if label not in seen and len(label) < 70:
                        seen.add(label)
                        found.append(({"label": label, "roles": ["participant"]}, label))
                    continue
                if set(name.split()) & NAME_STOP or name.split()[0] in ("Minister", "Ministers", "of", "Secretary", "General", "Council"):
                    continue
                if self.american(title, name, day):
                    if default != "united-states":
                        continue
                    who = {"actor": self.president(day), "roles": ["participant"], "post": "united-states-president", "onBehalfOf": "united-states"}
                    label = f"President {name.split()[-1]}"
                elif "NATO" in title:
                    who = {"label": f"NATO Secretary General {name}", "roles": ["participant"], "post": "nato-secretary-general", "onBehalfOf": "nato"}
                    person = self.persons.by_label(name, year, "nato-secretary-general")
                    if person:
                        who = {"actor": person, "roles": ["participant"], "post": "nato-secretary-general", "onBehalfOf": "nato"}
                    label = f"NATO Secretary General {name}"
                elif "Secretary" in title and re.match(r"U\.?N|United", title):
                    label, post = f"UN Secretary-General {name}", "united-nations-secretary-general"
                    person = self.persons.by_label(name, year, post)
                    who = {"actor": person, "label": None if person else label, "roles": ["participant"], "post": post, "onBehalfOf": "united-nations"} if post in self.posts.all else {"label": label, "roles": ["participant"]}
                elif m["adj"] and ADJECTIVES[m["adj"]] is None:
                    label = f"{m['adj']} {title} {name}"
                    who = {"label": label, "roles": ["participant"]}
                else:
                    who, label = self.foreign(title, name, ADJECTIVES.get(m["adj"]), default, day, year)
                    if not who:
                        continue
                key = who.get("actor") or who.get("label")
                if key not in seen:
                    seen.add(key)
                    found.append((who, label))
        return found

    def foreign(self, title, name, stated, default, day, year):
        state = stated or default
        if name in PALESTINIANS or name.split()[-1] == "Arafat":
            state = "palestine"
        if title == "Pope":
            state = stated = "holy-see"
        if name.startswith("Elizabeth II"):
            state = stated = "united-kingdom"
        if state == "russia" and day < "1991-12-26":
            state = "soviet-union"
        if title == "Vice President" and default == "united-states" and not stated:
            return {"label": f"Vice President {name}", "roles": ["participant"], "onBehalfOf": "united-states"}, f"Vice President {name}"
        office = office_of(title, state) if state else None
        person = self.known(name, state, office, year) if state else None
        inferred = [] if stated else ["onBehalfOf"]
        if not person and not stated and state != "palestine" and office in ("president", "prime-minister", "king", "chancellor"):
            # Named without a country in another state's line: only when one holder of such an office fits anywhere, and the state's own does not.
            others = [p for p in self.persons.all.values() if office in p.get("offices", ()) and tokens(name)[-1] in (p["tokens"][-1], p["tokens"][0])
                      and min(p["years"]) <= year <= max(p["years"]) and p["state"] != "united-states"]
            if len(others) == 1 and (default == "united-states" or not self.suits(state, office)):
                person, state = others[0], others[0]["state"]
        if default == "united-states" and not stated and not person:
            return None, None
        label = f"{title} {name}"
        if person:
            state = person["state"] if FAMILY.get(person["state"], person["state"]) != FAMILY.get(state, state) else state
            person["sources"].add("R101" if default != "united-states" else "R100")
            post = self.posts.of(state, office, "R101") if office and self.suits(state, office) else None
            return {"actor": person["id"], "roles": ["participant"], "post": post, "onBehalfOf": state, "inferred": inferred}, f"{title} {name}"
        if not state or office and not self.suits(state, office):
            return {"label": label, "roles": ["participant"]}, label
        post = self.posts.of(state, office, "R101") if office else None
        return {"label": label, "roles": ["participant"], "post": post, "onBehalfOf": state, "inferred": inferred + (["post"] if post and not stated else [])}, label


# ---------------------------------------------------------------- places
BRACKETS = {"Jamaica": "JM", "The Bahamas": "BS", "Trinidad": "TT", "Algeria": "DZ", "Senegal": "SN", "The Gambia": "GM", "Barbados": "BB", "Cuba": "CU", "Newfoundland": "CA", "French West Indies": "", "West Indies": "", "Antilles": "CW", "Virgin Islands": ""}
# The source's word -> GeoNames' (or the territory's); where the search by name would find nothing or another place.
SPELLING = {"Mexico DF": "Mexico City", "Mexico": "Mexico City", "Kiev": "Kyiv", "Alma Ata": "Almaty", "Pusan": "Busan", "Malé": "Male", "Curacao": "Willemstad", "Kuwait": "Kuwait City", "Panama": "Panama City", "Guatemala": "Guatemala City",
            "Dharan": "Dhahran", "Danang": "Da Nang", "Cam Ranh Bay": "Cam Ranh", "Saigon": "Ho Chi Minh City", "Rangoon": "Yangon", "Sharm el Sheikh": "Sharm el-Sheikh", "The Vatican": "Vatican City", "Luxembourg City": "Luxembourg", "Nusa Dua": "Kuta",
            "Brasilia": "Brasília", "Taef": "Ta’if", "Taif": "Ta’if", "Bathurst": "Banjul", "St. Petersburg": "Saint Petersburg", "Leningrad": "Saint Petersburg", "Djakarta": "Jakarta", "Peking": "Beijing", "Canton": "Guangzhou", "Bombay": "Mumbai", "San Jose": "San José",
            "Nuk’alofa": "Nuku‘alofa", "Leopoldville": "Kinshasa", "Salisbury": "Harare", "Washington": "Washington"}
TERRITORIES = {"Bermuda": "bermuda", "Hong Kong": "hong-kong", "The Bahamas": "bahamas", "Trinidad": "trinidad-and-tobago", "Martinique": "martinique", "Guadeloupe": "guadeloupe", "Antigua": "antigua-and-barbuda", "St. Lucia": "saint-lucia",
               "Jamaica": "jamaica", "Gibraltar": "gibraltar", "British Guiana": "guyana", "Barbados": "barbados", "Saint-Martin": "saint-martin", "Aruba": "aruba", "Greenland": "greenland", "Grenada": "grenada", "Dominica": "dominica", "West Bank": "west-bank",
               "St. Martin Island": "saint-martin", "St. Maartin": "sint-maarten", "Newfoundland": None, "Kosovo": "kosovo", "Malta": "malta", "Nuuk": "greenland", "Kangerlussuaq": "greenland", "Ilulissat": "greenland", "Igaliku": "greenland",
               "West Berlin": "berlin", "East Berlin": "berlin", "Curacao": "curacao", "Port-of-Spain": "port-of-spain", "St. Thomas": None, "Yalta": "yalta"}
# Names under which GeoNames has another place than the one meant (an island, a castle, a quarter, a namesake).
NOT_A_TOWN = {"Hainan", "Hainan Island", "Chapultepec", "Kingston upon Thames", "Nauheim", "San Cristobal"}
HAMLETS = set()
# Where an American visit took place when a line names it: pattern -> (city, state code of GeoNames).
AMERICAN = [(r"New York", "New York City", "NY"), (r"Camp David", "Camp David", "MD"), (r"White House|in Washington|Washington, DC", "Washington", "DC"), (r"Crawford", "Crawford", "TX"), (r"Kennebunkport", "Kennebunkport", "ME"),
            (r"Sea Island", "Saint Simons Island", "GA"), (r"Chicago", "Chicago", "IL"), (r"Detroit", "Detroit", "MI"), (r"Miami", "Miami", "FL"), (r"Los Angeles", "Los Angeles", "CA"), (r"San Francisco", "San Francisco", "CA"), (r"Seattle", "Seattle", "WA"),
            (r"Pittsburgh", "Pittsburgh", "PA"), (r"Denver", "Denver", "CO"), (r"Honolulu", "Honolulu", "HI"), (r"Houston", "Houston", "TX"), (r"San Antonio", "San Antonio", "TX"), (r"Sunnylands|Rancho Mirage", "Rancho Mirage", "CA"), (r"Mar-a-Lago|Palm Beach", "Palm Beach", "FL"),
            (r"San Clemente", "San Clemente", "CA"), (r"Key West", "Key West", "FL"), (r"Key Biscayne", "Key Biscayne", "FL"), (r"Williamsburg", "Williamsburg", "VA"), (r"Newport", "Newport", "RI"), (r"New Orleans", "New Orleans", "LA"), (r"Bedminster", "Bedminster", "NJ"),
            (r"Philadelphia", "Philadelphia", "PA"), (r"San Diego|Point Loma", "San Diego", "CA"), (r"Charleston", "Charleston", "SC"), (r"Atlanta", "Atlanta", "GA"), (r"Hyde Park", "Hyde Park", "NY"), (r"Gettysburg", "Gettysburg", "PA"), (r"Jacksonville", "Jacksonville", "FL")]


class Places:
    """Cities by name and country: the world part's, else GeoNames' as an own location."""

    def __init__(self, wanted):
        self.world, self.ids, self.own = {}, set(), {}
        for place in load("locations", "leaders"):
            self.ids.add(place["id"])
            names = {place["name"]} | {n["text"] for n in place.get("names", [])}
            if place["kind"] == "city" and place.get("latitude") is not None:
                for name in names:
                    self.world.setdefault((place.get("country"), slug(name)), []).append(place)
        self.iso2 = {c["id"]: c["iso2"] for c in STATES.values()}
        self.iso3 = {c["iso2"]: c["iso3"] for c in STATES.values()}
        self.country_of = {c["iso2"]: c["id"] for c in STATES.values()}
        self.geo = {}
        with gzip.open(DATA / "places/cities500.txt.gz", "rt", encoding="utf-8") as stream:
            for line in stream:
                f = line.rstrip("\n").split("\t")
                size = int(f[14] or 0)
                for rank, name in enumerate([f[1], f[2], *f[3].split(",")]):
                    key = (f[8], slug(name))
                    if key[1] in wanted:
                        # The main name beats an alternate one; among equals the larger place.
                        score = (rank < 2, size)
                        for k in (key, key + (f[10],)):
                            if k not in self.geo or score > self.geo[k][0]:
                                self.geo[k] = (score, f)

    def city(self, name, iso2, region=None):
        """The id of a city, or None."""
        name = SPELLING.get(name, name)
        found = self.geo.get((iso2, slug(name), region) if region else (iso2, slug(name)))
        known = self.world.get((self.iso3.get(iso2), slug(name)), [])
        if not region and len(known) == 1:
            return known[0]["id"]
        # An alternate name of a hamlet is more likely a chance than the place meant.
        if not found or name in NOT_A_TOWN or (not found[0][0] and found[0][1] < 15000 and name not in HAMLETS):
            return None
        f = found[1]
        for place in known + self.world.get((self.iso3.get(iso2), slug(f[1])), []) + self.world.get((self.iso3.get(iso2), slug(f[2])), []):
            if abs(place["latitude"] - float(f[4])) < 0.3 and abs(place["longitude"] - float(f[5])) < 0.3:
                return place["id"]
        key = f[0]
        if key not in self.own:
            number = slug(f[1])
            if number in self.ids:
                number = f"{number}-{iso2.lower()}"
            if number in self.ids:
                number = f"{slug(f[1])}-{f[0]}"
            self.ids.add(number)
            self.own[key] = {"id": number, "kind": "city", "name": f[1], "parent": self.country_of[iso2], "country": self.iso3[iso2], "latitude": float(f[4]), "longitude": float(f[5]), "precision": "city",
                             "identifiers": [{"scheme": "geonames", "identifier": f[0]}], "sources": ["R110"]}
        return self.own[key]["id"]

    def camp_david(self):
        """No coordinates: GeoNames' list of towns does not hold it."""
        self.own.setdefault("camp-david", {"id": "camp-david", "kind": "venue", "name": "Camp David", "parent": "united-states", "country": "USA", "precision": "country", "sources": ["R100"]})
        self.ids.add("camp-david")
        return "camp-david"

    def american(self, text):
        """The one American place that a clause about the visit names, else the country."""
        hits = [(city, state) for pattern, city, state in AMERICAN if re.search(rf"\b(?:in|at) (?:the )?(?:[A-Z][\w-]+ and )?(?:{pattern})|\b{pattern}\b(?=, [A-Z])" if pattern != "Camp David" else pattern, text)]
        if "White House" in text and ("Washington", "DC") not in hits:
            hits.append(("Washington", "DC"))
        hits = list(dict.fromkeys(hits))
        if len(hits) != 1:
            return "united-states"
        if hits[0][0] == "Camp David":
            return self.camp_david()
        if hits[0][0] == "Washington":
            return "washington"
        return self.city(hits[0][0], "US", hits[0][1]) or "united-states"

    def trip(self, locale, country_id, day):
        """(location id, words for the title) of a trip's locale."""
        actor, fallback = place_of(country_id, day)
        base = fallback
        locale = re.sub(r"\bMexico, D\.F\.?|D\.F\.", "Mexico DF", locale).replace("Acapulco, Mexico DF", "Acapulco, Mexico DF").strip().rstrip(".")
        locale = re.sub(r"\s+", " ", locale)
        if country_id == "holy-see":
            return "holy-see", "the Vatican"
        parts = [p.strip() for p in re.split(r",\s*(?![^()]*\))", locale) if p.strip()]
        found = []
        for part in parts:
            m = re.match(r"^(.*?)\s*\(([^)]*)\)$", part)
            name, inside = (m[1], m[2]) if m else (part, "")
            iso2 = self.iso2.get(base, "")
            if inside in BRACKETS:
                iso2 = BRACKETS[inside]
            if name in TERRITORIES:
                found.append((TERRITORIES[name] if TERRITORIES[name] in self.ids else None, name))
                continue
            number = self.city(name, iso2) if iso2 else None
            if not number and base == "palestine":
                number = self.city(name, "IL")
            found.append((number or ("canada" if inside == "Newfoundland" else None if inside in BRACKETS else base), SPELLING.get(name, name) if number else name))
        if len(found) == 1:
            return found[0]
        names = {n for n, _ in found}
        country = base and state_name(base)
        if not found:
            return base, country
        return (base if len(names) > 1 else names.pop()), " and ".join(w for _, w in found) if len(found) == 2 else country


# ---------------------------------------------------------------- conferences
# In the visits: pattern, name, setting, city. Visits of one month to one conference belong to one meeting record.
HOSTED = [
    (r"Nuclear Security Summit", "Nuclear Security Summit", "summit", ("Washington", "DC")), (r"Summit of the Americas", "Summit of the Americas", "summit", None),
    (r"U\.?S\.?-Africa Leaders|African Leaders Summit", "United States–Africa Leaders Summit", "summit", ("Washington", "DC")), (r"G-20", "G20 summit", "summit", None), (r"G-8", "G8 summit", "summit", None),
    (r"Economic Summit Meeting", "Economic Summit", "summit", None), (r"Asia-Pacific Economic|APEC", "APEC leaders' meeting", "summit", None), (r"Pacific Island", "United States–Pacific Islands summit", "summit", None),
    (r"ASEAN", "United States–ASEAN summit", "summit", None), (r"APEP", "Americas Partnership for Economic Prosperity leaders' summit", "summit", None), (r"North American Leaders", "North American Leaders' Summit", "summit", None),
    (r"Quad Leaders", "Quad Leaders' Summit", "summit", None), (r"Trilateral Summit", "Trilateral summit of Japan, South Korea and the United States", "summit", None), (r"AUKUS", "AUKUS leaders' meeting", "summit", None), (r"C5\+1", "C5+1 presidential summit", "summit", None),
    (r"meeting of Caribbean Heads of Government", "Meeting of Caribbean heads of government with the United States", "summit", None), (r"Caribbean Leaders Conference", "Caribbean leaders' meeting", "summit", None), (r"Drug Summit", "Drug summit, San Antonio", "summit", None),
    (r"CARICOM", "CARICOM meeting with the United States", "multilateral", None), (r"Central American reconstruction", "Conference on Central American reconstruction", "conference", None), (r"Africa Business Summit", "United States–Africa Business Summit", "conference", None),
    (r"Gulf Cooperation Council", "United States–Gulf Cooperation Council summit", "summit", None), (r"Arcadia", "First Washington (Arcadia) Conference", "conference", ("Washington", "DC")), (r"Trident", "Trident Conference", "conference", ("Washington", "DC")),
    (r"Pacific War Council", "Pacific War Council meeting", "conference", None), (r"United Nations Conference in San Francisco", "United Nations Conference on International Organization", "conference", ("San Francisco", "CA")),
    (r"Friends of Democratic Pakistan", "Friends of Democratic Pakistan summit", "summit", None), (r"Prosperity and Security in Central America", "Conference on Prosperity and Security in Central America", "conference", None), (r"Ebola Meeting", "African leaders' meeting on Ebola", "multilateral", None),
    (r"Middle East Summit", "Middle East summit", "summit", None), (r"Middle East peace talks", "Middle East peace talks", "multilateral", None), (r"Security Council Summit", "United Nations Security Council summit", "summit", ("New York City", "NY")),
    (r"US-EU Summit|U\.S\.-EU Summit", "United States–European Union summit", "summit", None), (r"Japanese Peace Conference", "Japanese Peace Conference", "conference", ("San Francisco", "CA")), (r"Council of the Americas", None, None, None),
]
# What a visit or trip was for, when that is no meeting: pattern, words.
OCCASIONS = [(r"funeral of (?:former )?President (Kennedy|Eisenhower|Reagan|Ford|Truman|Johnson)", "for the funeral of President {0}"), (r"Panama Canal Treat", "for the signing of the Panama Canal treaties"), (r"NATO Accession", "for a NATO accession ceremony"),
             (r"Holocaust Memorial Museum", "for the opening of the Holocaust Memorial Museum"), (r"25th Anniversary of the U\.?N", "for the 25th anniversary of the United Nations"), (r"Interim Agreement", "for the signing of the Israeli–Palestinian Interim Agreement"),
             (r"(?:UN|United Nations) General Assembly", "during the UN General Assembly"), (r"funeral (?:of|for)|memorial service", "for a funeral or memorial service"), (r"inauguration of (?:the )?(?:new )?President", "for a presidential inauguration")]
ABROAD = [  # pattern, words with article, setting, organization
    (r"NATO[^.;]*(?:Ministerial|Foreign Minister|Ministers)|North Atlantic Council|NATO Council|NATO Foreign", "a NATO ministerial meeting", "ministerial", "nato"), (r"NATO[^.;]*(?:Summit|leaders|Leaders|Heads of)", "a NATO summit", "summit", "nato"),
    (r"G[-–]?7 ?[^.;]*Ministers?’|G[-–]?7[^.;]*(?:Foreign|Ministerial)", "a G7 foreign ministers' meeting", "ministerial", None), (r"G[-–]?8[^.;]*(?:Foreign|Ministerial)", "a G8 foreign ministers' meeting", "ministerial", None), (r"G[-–]?20[^.;]*(?:Foreign|Ministerial)", "a G20 foreign ministers' meeting", "ministerial", None),
    (r"G[-–]?7", "a G7 summit", "summit", None), (r"G[-–]?8", "a G8 summit", "summit", None), (r"G[-–]?20", "a G20 summit", "summit", None), (r"Economic Summit (?:Meeting|Conference|meeting)", "the Economic Summit", "summit", None),
    (r"APEC[^.;]*Ministerial|Asia[- ]Pacific Economic Cooperation Meeting", "an APEC ministerial meeting", "ministerial", None), (r"APEC|Asia[- ]Pacific Economic Cooperation", "an APEC leaders' meeting", "summit", None),
    (r"ASEAN[^.;]*(?:Post|Regional Forum|Ministerial|Foreign Ministers)", "an ASEAN ministerial meeting", "ministerial", None), (r"ASEAN|East Asia Summit", "an ASEAN summit", "summit", None), (r"OAS|Organization of American States", "an OAS meeting", "ministerial", None),
    (r"CENTO", "a CENTO ministerial meeting", "ministerial", None), (r"SEATO", "a SEATO ministerial meeting", "ministerial", None), (r"ANZUS", "an ANZUS Council meeting", "ministerial", None), (r"(?:OSCE|CSCE|Organization for Security and Cooperation in Europe)[^.;]*Summit", "an OSCE summit", "summit", None),
    (r"OSCE|CSCE|Security and Cooperation in Europe", "an OSCE meeting", "ministerial", None), (r"OECD|Economic Cooperation and Development", "an OECD ministerial meeting", "ministerial", None), (r"World Economic Forum", "the World Economic Forum", "conference", None),
    (r"Munich Security Conference", "the Munich Security Conference", "conference", None), (r"Climate (?:Change )?Conference|COP\d", "the UN climate change conference", "conference", None), (r"Summit of the Americas", "the Summit of the Americas", "summit", None),
    (r"Contact Group", "a Contact Group meeting", "ministerial", None), (r"Quartet", "a Quartet meeting", "ministerial", None), (r"Two-Plus-Four", "a Two Plus Four meeting on German unification", "ministerial", None), (r"Council of Foreign Ministers", "the Council of Foreign Ministers", "ministerial", None),
    (r"Preliminary to the Paris Peace", None, None, None), (r"Paris Peace Conference", "the Paris Peace Conference", "conference", None), (r"Session of the UN General Assembly|session of the UN General Assembly", "a session of the UN General Assembly", "conference", None), (r"Nuclear Security Summit", "the Nuclear Security Summit", "summit", None),
    (r"Gulf Cooperation Council|GCC", "a Gulf Cooperation Council meeting", "multilateral", None), (r"CARICOM", "a CARICOM meeting", "multilateral", None), (r"Arctic Council", "an Arctic Council meeting", "ministerial", None), (r"Quad ", "a Quad meeting", "ministerial", None),
    (r"Australia[- –]+(?:U\.?S|United)", "Australia–United States ministerial consultations", "ministerial", None), (r"US[- –]+E(?:U|uropean Union)[^.;]*Summit|EU[- ]US Summit", "a United States–European Union summit", "summit", None), (r"US[- –]+E(?:U|uropean Union)", "a United States–European Union meeting", "ministerial", None),
    (r"(Casablanca|Tehran|Yalta|Malta|Potsdam|Bermuda|First Cairo|Second Cairo|First Quebec|Second Quebec) Conference", "the {0} Conference", "conference", None), (r"London Naval Conference", "the London Naval Conference", "conference", None), (r"North American Leaders", "the North American Leaders' Summit", "summit", None),
    (r"Middle East [Pp]eace [Cc]onference", "a Middle East peace conference", "conference", None), (r"Central American (?:Republics|[Pp]residents|Summit)|Presidents of (?:the )?Central American", "a Central American summit", "summit", None),
]
OUT = re.compile(r"(?i)vacation|fishing|\bstopped\b|stopover|overnight stop|refuel|private visit|private trip|\bcruise|disembark|rest stop|stop en route|wedding|medical|hospital")
MONTHS = {m: n for n, m in enumerate("January February March April May June July August September October November December".split(), 1)}


def interval(start, end):
    return start if start == end else f"{start}/{end}"


def met_day(text, start, end):
    """'Met with President Reagan October 24' -> that day, when it lies in (or next to) the visit."""
    m = re.search(r"(?i)(?:met|meeting|visit) (?:informally |privately )?with President [\w.\- ]*?,? ?(?:on )?(January|February|March|April|May|June|July|August|September|October|November|December) (\d{1,2})(?![\d–-])", text)
    if m:
        day = f"{start[:4]}-{MONTHS[m[1]]:02}-{int(m[2]):02}"
        if start <= day <= end:
            return day
    return None


def listing(words):
    return words[0] if len(words) == 1 else f"{words[0]} and {words[1]}" if len(words) == 2 else f"{words[0]}, {words[1]} and others"


def meaning(text):
    """The kind of visit a line declares."""
    low = text.lower()
    for word, verb in (("official working visit", "makes an official working visit to"), ("offical", "makes an official visit to"), ("state visit", "makes a state visit to"), ("official visit", "makes an official visit to"),
                       ("working visit", "makes a working visit to"), ("informal visit", "makes an informal visit to"), ("unofficial visit", "makes an unofficial visit to"), ("pastoral visit", "makes a pastoral visit to")):
        if word in low:
            return verb
    return "visits"


def make(persons, posts, us, presidents, held):
    """The records: events, meetings, own locations, relations."""
    for t in held:   # the offices that each person is known to have held
        person, office = persons.all[t["person"]], office_part(t["post"])
        person.setdefault("offices", set()).add(office)
        if t["start"]:
            person.setdefault("since", {})[office] = min(int(t["start"][:4]), person.get("since", {}).get(office, 9999))
    holders = collections.defaultdict(list)
    for t in held:
        holders[t["post"]].append(t)

    def by_label(name, year, post):
        fits = [t for t in holders[post] if alike(tokens(name)[-1], persons.all[t["person"]]["tokens"][-1]) and (t["start"] or "0")[:4] <= str(year) <= (t["end"] or "9999")[:4]]
        return fits[0]["person"] if len({t["person"] for t in fits}) == 1 else None
    persons.by_label = by_label
    reader = Reader(persons, posts, presidents, us)

    wanted = {slug(c) for _, c, _ in AMERICAN} | {slug(v) for v in SPELLING.values()} | {slug(s[1]) for s in summits.SUMMITS} | {"the-hague", "newport", "watford"}
    travels = list(rows("meetings/us_travels.csv"))
    for row in travels:
        for part in re.split(r",\s*(?![^()]*\))", row["locale"]):
            wanted.add(slug(re.sub(r"\s*\([^)]*\)$", "", part).strip().rstrip(".")))
    places = Places(wanted)
    events, meetings, relations, guests = [], [], [], collections.defaultdict(list)
    dropped = collections.Counter()

    def relate(number, to):
        relations.append({"from": {"kind": "event", "id": number}, "type": "partOf", "to": {"kind": "event", "id": to}, "sources": []})

    # Persons of all visits first, so that the counterparts of trips find them.
    visits = []
    for row in rows("meetings/foreign_leader_visits.csv"):
        actor, _ = place_of(row["from_ids"], row["start_date"])
        known_as = actor or row["from_ids"]
        people = []
        for title, name in visitors(row["visitor"]):
            written = canonical(name, known_as, int(row["start_date"][:4]))
            born = re.search(r" \((\d{4})\)$", written)
            written = re.sub(r" \(\d{4}\)$", "", written)
            year = int(row["start_date"][:4])
            if title == "Crown Prince" and name == "Hussein":
                written = "Hussein bin Abdullah"
            if born:
                person = next((p for p in persons.by_state[FAMILY.get(known_as, known_as)] if p["id"].endswith(born[1])), None) or persons.add(written + " " + born[1], known_as, [year], ["R100"])
                person["name"] = written
            elif actor:
                person = persons.get(written, actor, year, ["R100"], slack=45)
            else:   # a territory: its leader is a person, but on behalf of no state actor
                person = persons.get(written, row["from_ids"], year, ["R100"])
            office = office_of(title, actor) if actor else None
            if office == "president" and actor in NO_PRESIDENT and (actor != "nepal" or row["start_date"] < "2008"):
                office = None   # 'President' of a government, not of the state
            if office:
                person.setdefault("offices", set()).add(office)
            if written != name and len(tokens(name)) > 1 and not re.search(r"[(]", name):
                person["alias"].add(name)
            people.append((title, person, posts.of(actor, office, "R100") if office else None))
        visits.append((row, actor, people))

    for row, actor, people in visits:   # a visit in office earlier than a dated term: the dated one is a later stay
        for title, person, post in people:
            office = office_part(post) if post else None
            if office in person.get("since", {}):
                person["since"][office] = min(person["since"][office], int(row["start_date"][:4]))
    for person in persons.all.values():
        person["firm"] = list(person["years"])
    conferences = collections.defaultdict(list)
    for row, actor, people in visits:
        text, start, end = row["description"], row["start_date"], row["end_date"]
        number = f"E{1000 + int(row['id'])}"
        flat = plain(text)
        met = reader.counterparts(text, "united-states", start)
        private = re.search(r"(?i)^private|\bduring a private visit", text) or OUT.search(text) and not re.search(r"(?i)(official|working|state|informal) visit|attended|guest of|addressed", text)
        host = next(((name, setting, city) for pattern, name, setting, city in HOSTED if name and re.search(pattern, flat) and re.search(r"(?i)attend|participat|conference|led|with president", flat)), None)
        nato = summits.summit_of(start) if re.search(r"NATO[^.;]*Summit|North Atlantic Alliance Summit", text) else None
        if private and not met and not host and not nato:
            dropped["private visits and stop-overs"] += 1
            continue
        day = met_day(text, start, end) if private else None
        first = clauses(text)[0] if clauses(text) else ""
        where = places.american(" ".join(c for c in clauses(text) if re.search(r"(?i)\b(met|meeting|discuss|attend|confer|summit|conference)", c) and not re.search(r"(?i)\b(also|afterward|later|private visit to|arrived|depart|in US)", c)))
        name = listing([f"{t} {short(p)}".strip() for t, p, _ in people])
        subject = f"{name} of {state_name(actor)}" if actor else f"{name} of {row['from_names']}"
        verbs = len(people) > 1
        record = {"id": number, "type": "consult", "modes": ["visit"], "contexts": ["diplomatic"], "status": "held", "title": None, "date": day or interval(start, end), "location": where,
                  "participants": [{"actor": p["id"], "roles": ["initiator", "visitor"], "post": post, "onBehalfOf": actor, "attendance": "attended"} for _, p, post in people]
                  + [{"actor": "united-states", "roles": ["recipient", "host"]}] + [w for w, _ in met],
                  "dataset": "curated", "identifiers": [{"scheme": "histvisit", "identifier": row["id"]}], "sources": ["R100"]}
        meeting = None
        words = None
        place = "" if where == "united-states" else " at Camp David" if where == "camp-david" else f" in {place_name(places, where)}"
        if nato:
            title = f"{subject} {agree('comes', verbs)} to the NATO summit in {'Chicago' if start[:4] == '2012' else 'Washington'}"
            relate(number, nato)
            record["location"] = "chicago" if start[:4] == "2012" else "washington"
            if record["location"] not in places.ids:
                record["location"] = "united-states"
            guests[nato] += [{"actor": p["id"], "roles": ["participant"], "onBehalfOf": actor, "attendance": "attended"} for _, p, _ in people]
        elif host:
            conference, setting, city = host
            if (conference, start[:7]) == ("G20 summit", "2008-11"):
                city = ("Washington", "DC")
            if city:
                record["location"] = "washington" if city[0] == "Washington" else places.city(city[0], "US", city[1]) or where
            conferences[(conference, start[:7])].append((record, setting))
            title = f"{subject} {agree('attends', verbs)} the {conference}"
        elif met:
            meeting = "bilateral" if all(w.get("onBehalfOf") in ("united-states", actor) for w, _ in met) else "multilateral"
            title = f"{subject} {agree('meets', verbs)} {listing([label for _, label in met])}{place}"
        else:
            occasion = next((words.format(*m.groups()) for pattern, words in OCCASIONS for m in [re.search(pattern, flat)] if m), None)
            verb = meaning(text)
            title = f"{subject} {agree(verb, verbs)} {'the United States' if not place else place_name(places, where)}{' ' + occasion if occasion else ''}"
        record["title"] = title
        if meeting:
            record["setting"] = meeting
            meetings.append(record)
        else:
            events.append(record)

    # One meeting for each conference that several visits belong to; a single visit is the meeting itself.
    number = 200
    for (conference, month), group in sorted(conferences.items(), key=lambda item: (item[0][1], item[0][0])):
        if len(group) == 1:
            record, setting = group[0]
            record["setting"] = setting
            events.remove(record)
            meetings.append(record)
            continue
        first = collections.Counter(r["date"] for r, _ in group).most_common(1)[0][0]
        where = collections.Counter(r["location"] for r, _ in group).most_common(1)[0][0]
        # The days are those of most visits, not the conference's own: approximate.
        date = "/".join(d + "~" for d in first.split("/"))
        meetings.append({"id": f"E{number}", "type": "consult", "modes": ["multilateral"], "contexts": ["diplomatic"], "status": "held", "title": f"{conference}, {place_name(places, where) + ' ' if where != 'united-states' else ''}{month[:4]}",
                         "date": date, "location": where, "participants": [{"actor": "united-states", "roles": ["recipient", "host"]}]
                         + [{"actor": p["actor"], "roles": ["participant"], "onBehalfOf": p.get("onBehalfOf"), "attendance": "attended"} for r, _ in group for p in r["participants"] if "visitor" in p["roles"]],
                         "dataset": "curated", "sources": ["R100"], "setting": group[0][1]})
        for record, _ in group:
            relate(record["id"], f"E{number}")
        number += 1

    trips = summits.trips()
    presidential = []
    for row in travels:
        text, start, end = row["remarks"], row["start_date"], row["end_date"]
        number = f"E{5000 + int(row['id'])}"
        actor, _ = place_of(row["country_id"], start)
        person = us[row["who"]]
        flat = plain(text)
        met = reader.counterparts(text, actor, start) if actor else []
        met = [(w, l) for w, l in met if w.get("actor") != person["id"]]
        conference = next(((words.format(*m.groups()), setting, org) for pattern, words, setting, org in ABROAD for m in [re.search(pattern, flat)] if m and words and re.search(r"(?i)attend|participat|brief|address|opened|chair|host|led|conference|meeting", flat)), None)
        with_president = re.search(r"[Aa]ccompanied President(?:-elect)? (\w+)", text)
        if OUT.search(text) and not met and not conference and number not in trips and row["id"] not in trips:
            dropped["vacations, private trips, stop-overs"] += 1
            continue
        where, words = places.trip(row["locale"], row["country_id"], start)
        elect = "[Visit made as President-elect" in text
        office = "President" if row["role"] == "president" else "Secretary of State"
        post = f"united-states-{'president' if row['role'] == 'president' else 'secretary-of-state'}"
        who = f"{'President-elect' if elect else office} {person['name']}"
        party = [{"actor": person["id"], "roles": ["initiator", "visitor"], "post": None if elect else post, "onBehalfOf": "united-states", "attendance": "attended"},
                 {"actor": actor, "roles": ["recipient", "host"]} if actor else None] + [w for w, _ in met]
        record = {"id": number, "type": "consult", "modes": ["visit"], "contexts": ["diplomatic"], "status": "held", "title": None, "date": interval(start, end), "location": where, "participants": [p for p in party if p],
                  "dataset": "curated", "identifiers": [{"scheme": "histtravel", "identifier": row["id"]}], "sources": ["R101"]}
        place = words or (state_name(actor) if actor else row["country"])
        leader = None
        if with_president and row["role"] == "secretary":
            leader = reader.president(start)
            if leader and tokens(persons.all[leader]["name"])[-1] == tokens(with_president[1])[-1]:
                record["participants"].append({"actor": leader, "roles": ["participant"], "post": "united-states-president", "onBehalfOf": "united-states"})
            else:
                leader = None
        if row["id"] in trips:
            record["title"] = f"{who} travels to {place} for the NATO summit"
            relate(number, trips[row["id"]])
            events.append(record)
        elif leader:
            record["title"] = f"{who} accompanies President {persons.all[leader]['name']} to {place}"
            (meetings if met else events).append(record)
            if met:
                record["setting"] = setting_of(met)
            same = [n for n, who_, state, first, last in presidential if who_ == leader and state == row["country_id"] and first <= end and start <= last]
            if len(same) == 1:
                relate(number, same[0])
        elif conference:
            name, setting, organization = conference
            if start < "1995":   # the Conference became the Organization on the first day of 1995
                name = name.replace("an OSCE", "a CSCE")
            if row["role"] == "president" and name == "a NATO ministerial meeting":
                name, setting = "a meeting of the North Atlantic Council", "multilateral"
            record["title"] = f"{who} attends {name} in {place}"
            record["setting"] = setting
            if organization:
                record["participants"].append({"actor": organization, "roles": ["organizer"]})
            meetings.append(record)
        elif met:
            record["title"] = f"{who} meets {listing([label for _, label in met])} in {place}"
            record["setting"] = setting_of(met)
            meetings.append(record)
        else:
            occasion = next((w.format(*m.groups()) for pattern, w in OCCASIONS[-2:] for m in [re.search(pattern, flat)] if m), None)
            record["title"] = f"{who} {meaning(text)} {place}{' ' + occasion if occasion else ''}"
            events.append(record)
        if row["role"] == "president":
            presidential.append((number, person["id"], row["country_id"], start, end))
    # The file lists presidents after secretaries: a second pass finds the journey that a secretary joined.
    done = {r["from"]["id"] for r in relations}
    numbers = {r["identifiers"][0]["identifier"]: r for r in events + meetings if r.get("identifiers") and r["identifiers"][0]["scheme"] == "histtravel"}
    for row in travels:
        record = numbers.get(row["id"])
        if not record or row["role"] != "secretary" or record["id"] in done:
            continue
        leader = next((p["actor"] for p in record["participants"] if p.get("post") == "united-states-president" and p.get("actor")), None)
        same = [n for n, who_, state, first, last in presidential if who_ == leader and state == row["country_id"] and first <= row["end_date"] and row["start_date"] <= last]
        if leader and len(same) == 1:
            relate(record["id"], same[0])

    def nato_place(city, host):
        if city in places.ids:
            return city
        names = {"the-hague": "The Hague", "newport": "Newport", "watford": "Watford"}
        return places.city(names.get(city, city.title()), STATES[host]["iso2"], "WLS" if city == "newport" else None) or host
    meetings += list(summits.records(nato_place, reader.president, guests))
    order = {"key": lambda r: int(r["id"][1:])}
    relations = [{"id": f"L{100 + n}", **r, "sources": ["R100" if int(r["from"]["id"][1:]) < 5000 else "R101"]} for n, r in enumerate(sorted(relations, key=lambda r: int(r["from"]["id"][1:])))]
    print("left out:", dict(dropped))
    used = {r.get("location") for r in events + meetings}
    places.own = {k: p for k, p in places.own.items() if p["id"] in used}
    return {"events": sorted(events, **order), "meetings": sorted(meetings, **order), "relations": relations, "locations": sorted(places.own.values(), key=lambda p: p["id"])}


def setting_of(met):
    return "bilateral" if len({w.get("onBehalfOf") for w, _ in met}) == 1 else "multilateral"


def office_part(post):
    """'saudi-arabia-crown-prince' -> 'crown-prince'."""
    for office in ("prime-minister", "crown-prince", "foreign-minister", "governor-general", "grand-duke", "general-secretary", "supreme-leader", "head-of-state", "vice-president", "secretary-of-state"):
        if post.endswith(office):
            return office
    return post.rsplit("-", 1)[-1]


def agree(verb, several):
    """'makes a state visit to' for one, 'make …' for two."""
    return re.sub(r"^(\w+?)s\b", r"\1", verb) if several else verb


def short(person):
    return person["name"]


def place_name(places, number):
    if number == "washington":
        return "Washington"
    own = next((p["name"] for p in places.own.values() if p["id"] == number), None)
    return own or NAMES_OF.get(number) or number


NAMES_OF = {p["id"]: p["name"] for p in load("locations", "leaders")}
