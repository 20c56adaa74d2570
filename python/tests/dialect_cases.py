r"""Texts of CSV as they come in real life, each with the dialect that it is written in.

Labels are what a person would say who knows where the text comes from, whatever a program makes of
it. `delimiter=""` is a text of one column. `quote` is `"` where nothing is quoted, and None where
that would be wrong. `header` is None where the question makes no sense. `skip` counts the lines
before the header, or before the first record; blank ones too.
"""

# ruff: noqa: E501, RUF001 -- a text is easier to see in one piece, and some are Chinese

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Case:
    """A text and how it is written."""

    name: str
    text: str
    delimiter: str = ","
    quote: str | None = '"'
    escape: str | None = None
    space: bool = False
    header: bool | None = True
    skip: int = 0
    codec: str = "utf-8"
    """What Python calls the encoding; `encoding` is what the Encoding Standard does."""
    encoding: str = "UTF-8"

    @property
    def data(self) -> bytes:
        """The file."""
        return self.text.encode(self.codec)


BANK = (
    '"Kontonummer:";"DE02 1203 0000 0000 2020 51 / Girokonto";\n\n'
    '"Von:";"01.01.2024";\n"Bis:";"31.01.2024";\n"Kontostand vom 31.01.2024:";"1.234,56 EUR";\n\n'
    '"Buchungstag";"Wertstellung";"Buchungstext";"Auftraggeber";"Verwendungszweck";"Betrag (EUR)";\n'
    '"31.01.2024";"31.01.2024";"Lastschrift";"Stadtwerke Köln";"Abschlag 01/24, Strom";"-89,00";\n'
    '"30.01.2024";"30.01.2024";"Gutschrift";"Müller & Söhne GmbH";"Lohn; Januar";"2.345,67";\n'
    '"29.01.2024";"29.01.2024";"Kartenzahlung";"Bäckerei Groß";"29.01. 08:15 Uhr";"-4,20";\n'
)

CASES = [
    # Spreadsheets and banks.
    Case(
        name="bank_statement",
        text=BANK.replace("\n", "\r\n"),
        delimiter=";",
        skip=6,
        codec="cp1252",
        encoding="windows-1252",
    ),
    Case(
        name="bank_statement_utf8",
        text=BANK,
        delimiter=";",
        skip=6,
    ),
    Case(
        name="excel_sep_line",
        text="sep=;\r\nArtikel;Menge;Preis\r\nSchraube;100;0,05\r\nMutter;100;0,03\r\n",
        delimiter=";",
        skip=1,
    ),
    Case(
        name="excel_sep_line_tab",
        text="sep=\t\nname\tvalue\na, b\t1\nc, d\t2\n",
        delimiter="\t",
        skip=1,
    ),
    Case(
        name="excel_unicode_text",
        text="Name\tStadt\tUmsatz\r\nMüller\tKöln\t1.234,50\r\nGroß\tNürnberg\t99,00\r\n",
        delimiter="\t",
        codec="utf-16",
        encoding="UTF-16LE",
    ),
    Case(
        name="utf16_big_endian_marked",
        text="\ufeffid,name,when\n1,Zoë,2024-01-05\n2,Łukasz,2024-01-06\n",
        codec="utf-16-be",
        encoding="UTF-16BE",
    ),
    Case(
        name="utf16_little_endian_unmarked",
        text="id;name;city\r\n1;Ana;Zürich\r\n2;Bob;Genève\r\n3;Cem;Lausanne\r\n",
        delimiter=";",
        codec="utf-16-le",
        encoding="UTF-16LE",
    ),
    Case(
        name="utf16_big_endian_unmarked",
        text="time|level|text\n10:00:01|info|started\n10:00:02|warn|slow disk\n",
        delimiter="|",
        codec="utf-16-be",
        encoding="UTF-16BE",
    ),
    Case(
        name="excel_padded_title",
        text=(
            "Quarterly report,,,,\n,,,,\nRegion,Q1,Q2,Q3,Q4\nNorth,10,12,9,14\n"
            "South,7,8,8,6\nEast,3,4,5,5\nWest,11,10,12,13\n"
        ),
        skip=2,
    ),
    Case(
        name="excel_trailing_empty_columns",
        text="id,name,,\n1,apple,,\n2,pear,,\n3,plum,,\n",
    ),
    Case(
        name="euro_signs_cp1252",
        text="Artikel;Preis\nBrot;3,20 €\nKäse;7,99 €\nWein;12,50 €\n",
        delimiter=";",
        codec="cp1252",
        encoding="windows-1252",
    ),
    Case(
        name="latin1_commas",
        text="ville,région,habitants\nBesançon,Bourgogne-Franche-Comté,116775\n"
        "Nîmes,Occitanie,148561\nSaint-Étienne,Auvergne-Rhône-Alpes,173821\n",
        codec="latin-1",
        encoding="windows-1252",
    ),
    Case(
        name="cyrillic_cp1251",
        text="Город;Население;Регион\nКазань;1308660;Татарстан\nОмск;1125695;Омская область\n"
        "Самара;1173299;Самарская область\n",
        delimiter=";",
        codec="cp1251",
        encoding="windows-1251",
    ),
    Case(
        name="japanese_shift_jis",
        text="都市,人口,面積\n横浜,3777491,437.4\n大阪,2752412,225.3\n名古屋,2332176,326.5\n",
        codec="shift_jis",
        encoding="Shift_JIS",
    ),
    Case(
        name="chinese_full_width_commas",
        text="编号,标题,说明\n1,书,好书，推荐\n2,笔,黑色，蓝色，红色\n3,纸,A4，白色\n",
    ),
    Case(
        name="utf8_marked",
        text="id,name\n1,Ümit\n2,Çelik\n",
        codec="utf-8-sig",
    ),
    Case(
        name="utf8_marked_semicolons",
        text="\ufeff" + '"Datum";"Wert"\r\n"2024-01-01";"1,5"\r\n"2024-01-02";"1,7"\r\n',
        delimiter=";",
    ),
    Case(
        name="byte_order_mark_alone",
        text="\ufeff",
        header=None,
        delimiter="",
    ),
    Case(name="empty", text="", header=None, delimiter=""),
    Case(name="one_newline", text="\n", header=None, delimiter=""),
    # Little to go by.
    Case(name="one_line_header", text="id,name,price\n"),
    Case(name="one_line_header_no_newline", text="id;first name;last name", delimiter=";"),
    Case(name="one_line_numbers", text="1,2,3\n", header=False),
    Case(
        name="one_line_tabs",
        text="2024-05-01\tBerlin\t17.5\n",
        delimiter="\t",
        header=False,
    ),
    Case(name="two_lines", text="a;b\n1;2\n", delimiter=";"),
    Case(name="no_newline_at_the_end", text="x|y|z\n1|2|3\n4|5|6", delimiter="|"),
    Case(name="one_cell", text="hello\n", delimiter="", header=None),
    # One column.
    Case(
        name="urls",
        text="https://example.org/a?b=1&c=2\nhttps://example.org/d,e\nhttp://example.com:8080/f;g=1\n"
        "https://example.net/h|i\n",
        delimiter="",
        header=False,
    ),
    Case(
        name="emails",
        text="email\nana@example.org\nbob.smith@example.com\nc_d+e@example.net\n",
        delimiter="",
    ),
    Case(
        name="names",
        text="name\nAna Silva\nBob Smith\nCem Kaya\nDora van der Berg\n",
        delimiter="",
    ),
    Case(
        name="prose",
        text="It was a dark night, and cold.\nNobody came; nobody left.\nThe clock struck one.\n"
        "Then, slowly, the door opened: a cat, of course.\n",
        delimiter="",
        header=False,
    ),
    Case(
        name="decimals_under_a_name",
        text="Preis\n1,50\n2,75\n10,00\n3,99\n",
        delimiter="",
    ),
    Case(
        name="moments",
        text="2024-01-01 10:00:00\n2024-01-01 10:05:00\n2024-01-01 10:10:00\n",
        delimiter="",
        header=False,
    ),
    Case(name="whole_numbers", text="3\n14\n15\n92\n65\n", delimiter="", header=False),
    Case(
        name="quoted_sentences",
        text='text\n"Yes, of course"\n"No, thanks"\n"Maybe; who knows, really"\n',
        delimiter="",
    ),
    Case(
        name="times_of_day",
        text="start\n08:15\n09:30\n11:45\n",
        delimiter="",
    ),
    # No header.
    Case(
        name="passwd",
        text="daemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin\nbin:x:2:2:bin:/bin:/usr/sbin/nologin\n"
        "sys:x:3:3:sys:/dev:/usr/sbin/nologin\nsync:x:4:65534:sync:/bin:/bin/sync\n"
        "mail:x:8:8:mail:/var/mail:/usr/sbin/nologin\n",
        delimiter=":",
        header=False,
    ),
    Case(
        name="flowers_no_header",
        text="5.1,3.5,1.4,0.2,setosa\n4.9,3.0,1.4,0.2,setosa\n7.0,3.2,4.7,1.4,versicolor\n"
        "6.3,3.3,6.0,2.5,virginica\n5.8,2.7,5.1,1.9,virginica\n",
        header=False,
    ),
    Case(
        name="categories_no_header",
        text="e,x,s,n,t\np,x,s,y,t\ne,b,s,w,t\np,x,y,w,t\ne,x,s,g,f\ne,x,y,y,t\ne,b,s,w,t\n",
        header=False,
    ),
    Case(
        name="places_no_header",
        text="Berlin,Germany\nParis,France\nMadrid,Spain\nHamburg,Germany\nLyon,France\nNice,France\n",
        header=False,
    ),
    Case(
        name="sensor_no_header",
        text="2024-03-01T00:00:00Z;21,4;48\n2024-03-01T00:10:00Z;21,3;48\n2024-03-01T00:20:00Z;21,3;49\n",
        delimiter=";",
        header=False,
    ),
    Case(
        name="hive_export",
        text="1001\x01Ana\x012024-01-01\x01\\N\n1002\x01Bob\x012024-01-02\x0117.5\n"
        "1003\x01Cem\x012024-01-03\x01\\N\n",
        delimiter="\x01",
        header=False,
    ),
    Case(
        name="postgres_copy",
        text="1\tAna\t\\N\t2024-01-01 10:00:00+00\n2\tBob\tline\\nbreak\t2024-01-02 11:00:00+00\n"
        "3\tCem\t\\N\t2024-01-03 12:30:00+00\n",
        delimiter="\t",
        header=False,
    ),
    # Headers that are hard to tell.
    Case(
        name="all_text",
        text="country,capital,language\nGermany,Berlin,German\nFrance,Paris,French\nSpain,Madrid,Spanish\n",
    ),
    Case(
        name="years_as_columns",
        text="country,2019,2020,2021\nGermany,3.1,-3.7,2.6\nFrance,1.8,-7.5,6.4\nSpain,2.0,-11.2,6.4\n",
    ),
    Case(
        name="units_below_the_header",
        text="time,temperature,pressure\ns,degC,hPa\n0,20.1,1013.2\n1,20.2,1013.1\n2,20.2,1013.0\n",
    ),
    Case(
        name="groups_above_the_header",
        text=",2019,,2020,\nregion,in,out,in,out\nnorth,1,2,3,4\nsouth,5,6,7,8\nwest,9,1,2,3\n",
        skip=1,
    ),
    Case(
        name="hash_before_the_header",
        text="#chrom\tstart\tend\tname\nchr1\t100\t200\ta\nchr1\t300\t420\tb\nchr2\t50\t90\tc\n",
        delimiter="\t",
    ),
    Case(
        name="first_name_is_empty",
        text=",a,b\n0,1.5,x\n1,2.5,y\n2,3.5,z\n",
    ),
    Case(
        name="header_one_short",
        text='"mpg","cyl"\n"Mazda RX4",21,6\n"Datsun 710",22.8,4\n"Valiant",18.1,6\n"Duster 360",14.3,8\n',
    ),
    Case(
        name="header_one_long",
        text="a;b;c;\n1;2;3\n4;5;6\n7;8;9\n",
        delimiter=";",
    ),
    Case(
        name="codes_with_header",
        text="sku,ean\nAB-100,4006381333931\nAB-101,4006381333948\nXZ-200,4006381333955\n",
    ),
    # Lines before the table.
    Case(
        name="comment_lines",
        text="# station 4711\n# unit: mm, degC\n# made 2024-01-05 10:00\n"
        "day,rain,low,high\n1,0.0,-2,4\n2,3.2,0,6\n3,1.1,1,7\n",
        skip=3,
    ),
    Case(
        name="weather_preamble",
        text="Station: Feldberg\nHeight: 1493 m\n\nDate;Rain [mm];Wind [km/h]\n"
        "2024-01-01;3,4;45\n2024-01-02;0,0;30\n2024-01-03;12,8;62\n",
        delimiter=";",
        skip=3,
    ),
    Case(
        name="pairs_before_the_table",
        text="Report,Sales\nDate,2024-01-31\n\norder,customer,city,total\n"
        "1001,Ana,Porto,19.90\n1002,Bob,Leeds,5.00\n1003,Cem,Izmir,12.50\n",
        skip=3,
    ),
    Case(
        name="one_title_line",
        text="Population of cities\ncity,country,people\nBerlin,DE,3755251\nParis,FR,2102650\nRoma,IT,2748109\n",
        skip=1,
    ),
    Case(
        name="prose_before_the_table",
        text="This file was made by a program, on a Monday; do not edit it.\n"
        "Questions, doubts, praise: write to us.\n\n"
        "id|name|note\n1|bolt|steel, M4\n2|nut|brass, M4\n3|washer|zinc\n",
        delimiter="|",
        skip=3,
    ),
    Case(
        name="blank_lines_first",
        text="\n\na,b,c\n1,2,3\n4,5,6\n",
        skip=2,
    ),
    Case(
        name="comment_before_numbers",
        text="# x y z\n1 2.5 3\n2 3.5 4\n3 4.5 8\n",
        delimiter=" ",
        header=False,
        skip=1,
    ),
    # What comes behind the table.
    Case(
        name="total_line",
        text="item;count;price\nbolt;10;1,50\nnut;20;0,80\nwasher;5;0,10\nTotal: 35\n",
        delimiter=";",
    ),
    Case(
        name="second_table",
        text="name,age,city\nAna,31,Porto\nBob,45,Leeds\nCem,28,Izmir\n\n"
        "city,country\nPorto,Portugal\nLeeds,England\n",
    ),
    Case(
        name="ragged_rows",
        text="id,name,tag,note\n1,a,x,one\n2,b,y\n3,c,z,three\n4,d,x,four,more\n5,e,y,five\n6,f,z,six\n",
    ),
    Case(
        name="short_last_row",
        text="a\tb\tc\n1\t2\t3\n4\t5\t6\n7\t8",
        delimiter="\t",
    ),
    # Delimiters in the data.
    Case(
        name="decimal_commas",
        text="x;y;z\n1,5;2,25;3,125\n4,5;5,25;6,125\n7,5;8,25;9,125\n",
        delimiter=";",
    ),
    Case(
        name="decimal_commas_tabs",
        text="t\tU\tI\n0,1\t3,30\t0,012\n0,2\t3,31\t0,013\n0,3\t3,29\t0,011\n",
        delimiter="\t",
    ),
    Case(
        name="decimal_commas_quoted",
        text='datum,"wert a","wert b"\n2024-01-01,"1,5","2,5"\n2024-01-02,"1,7","2,4"\n2024-01-03,"1,6","2,2"\n',
    ),
    Case(
        name="thousands",
        text='state,population,area\nBavaria,"13,369,393","70,541.57"\nHesse,"6,391,360","21,115.67"\n',
    ),
    Case(
        name="coordinates",
        text="name;place\nBerlin;52.52,13.40\nParis;48.86,2.35\nRome;41.89,12.48\nOslo;59.91,10.75\n",
        delimiter=";",
    ),
    Case(
        name="lists_of_semicolons",
        text="name,tags\nAna,a;b;c\nBob,d;e\nCem,f;g;h\nDora,i;j;k\n",
    ),
    Case(
        name="lists_of_bars",
        text="title,genres,year\nToy,Animation|Comedy|Family,1995\nHeat,Action|Crime|Drama,1995\n"
        "Fargo,Crime|Drama|Thriller,1996\n",
    ),
    Case(
        name="lists_of_commas",
        text="id\tauthors\tyear\n1\tKim, Lee, Park\t2001\n2\tNovak, Svoboda, Dvorak\t2004\n3\tSilva, Costa, Reis\t2009\n",
        delimiter="\t",
    ),
    Case(
        name="times_and_urls",
        text="time,url,ms\n10:00:01,http://example.org:80/a,12\n10:00:02,http://example.org:80/b,15\n"
        "10:00:03,http://example.org:80/c,9\n",
    ),
    Case(
        name="ipv6_tabs",
        text="host\taddress\tmask\nalpha\t2001:db8:0:0:0:0:0:1\t64\nbeta\t2001:db8:0:0:0:0:0:2\t64\n"
        "gamma\t2001:db8:0:0:0:0:0:3\t48\n",
        delimiter="\t",
    ),
    Case(
        name="mac_addresses",
        text="00:1b:44:11:3a:b7,printer\n00:1b:44:11:3a:b8,camera\n00:1b:44:11:3a:b9,scanner\n",
        header=False,
    ),
    Case(
        name="json_quoted",
        text='id,data\n1,"{""a"": 1, ""b"": [1, 2]}"\n2,"{""a"": 2, ""b"": []}"\n3,"{""a"": 3, ""b"": [4]}"\n',
    ),
    Case(
        name="json_bare",
        text='1|{"a": 1, "b": [1, 2]}|x\n2|{"a": 2, "b": []}|y\n3|{"a": 3, "b": [4, 5, 6]}|z\n',
        delimiter="|",
        header=False,
    ),
    Case(
        name="json_tabs",
        text='id\tevent\n1\t{"kind": "click", "at": [10, 20]}\n2\t{"kind": "key", "code": 13}\n'
        '3\t{"kind": "click", "at": [11, 20]}\n',
        delimiter="\t",
    ),
    Case(
        name="html",
        text='id;html\n1;"<p style=""color: red; margin: 0"">a, b</p>"\n2;"<a href=""x.html"">c; d</a>"\n3;"<br>"\n',
        delimiter=";",
    ),
    Case(
        name="sql",
        text="id,statement\n1,\"select a, 'b' from t\"\n2,\"insert into t values (1, 'x', 'y')\"\n3,\"drop table t\"\n",
    ),
    Case(
        name="chat",
        text="sender;message\nana;hello, bob: how are you?\nbob;fine, thanks, and you?\nana;me too, see you\nbob;ok\n",
        delimiter=";",
    ),
    Case(
        name="ranges_of_time",
        text="day,open\nMon,08:00-12:00\nTue,08:00-12:00\nWed,08:00-18:00\n",
    ),
    Case(
        name="key_values_in_a_field",
        text="id\tattributes\n1\tgene=a;kind=x;score=0.5\n2\tgene=b;kind=y;score=0.7\n3\tgene=c;kind=x;score=0.1\n",
        delimiter="\t",
    ),
    # Quotes.
    Case(
        name="single_quotes",
        text="'id','name','note'\n'1','Ana','likes a, b'\n'2','Bob','likes c'\n'3','Cem','it''s fine'\n",
        quote="'",
    ),
    Case(
        name="single_quotes_semicolons",
        text="id;text\n1;'a; b'\n2;'c'\n3;'d; e; f'\n4;'g'\n",
        delimiter=";",
        quote="'",
    ),
    Case(
        name="apostrophes",
        text="id,text\n1,it's late\n2,don't go\n3,'tis here\n4,rock 'n' roll\n",
    ),
    Case(
        name="apostrophes_quoted",
        text='"id","text"\n"1","it\'s late, isn\'t it"\n"2","\'quoted\', he said"\n"3","rock \'n\' roll"\n',
    ),
    Case(
        name="inches",
        text='size,price\n24" monitor,199\n27" monitor,249\n32" monitor,399\n',
    ),
    Case(
        name="stray_quotes_tabs",
        text='id\ttext\n1\t"hello\n2\tworld\n3\t"never mind" he said\n4\tno\n5\t"open again\n',
        delimiter="\t",
        quote=None,
    ),
    Case(
        name="several_lines",
        text='id,address\n1,"12 High St\nLeeds; UK\nLS1 4AB"\n2,"Rua A, 5\nPorto"\n3,"Am Markt 1\n\n50667 Köln"\n',
    ),
    Case(
        name="several_lines_semicolons",
        text='Ticket;Text;Status\r\n1;"Hallo,\r\nes geht nicht.\r\n\r\nGruß, A";offen\r\n'
        '2;"Bitte, schnell;\r\ndanke";zu\r\n3;kurz;zu\r\n',
        delimiter=";",
    ),
    Case(
        name="many_lines_in_a_field",
        text='a\tb\n1\t"one, two\nthree, four\nfive, six\nseven, eight\nnine, ten"\n2\t"x, y\nz, w"\n',
        delimiter="\t",
    ),
    Case(
        name="backslash_quotes",
        text='"id","text"\n"1","say \\"hi\\", then go"\n"2","a \\"b\\" c"\n"3","plain"\n',
        escape="\\",
    ),
    Case(
        name="backslash_commas",
        text="id,text,n\n1,a\\, b,5\n2,c,6\n3,d\\, e\\, f,7\n4,g,8\n",
        escape="\\",
    ),
    Case(
        name="windows_paths",
        text='path,size\n"C:\\data\\",10\n"C:\\data\\old\\",20\n"D:\\x, y\\",30\n',
    ),
    Case(
        name="windows_paths_bare",
        text="dir,files\nC:\\data\\,10\nC:\\data\\old\\,20\nD:\\x\\,30\n",
    ),
    Case(
        name="empty_quotes",
        text='a,b,c\n"","",1\n"x","",2\n"","y",3\n',
    ),
    Case(
        name="only_the_header_quoted",
        text='"a","b","c"\n1,x,2.5\n2,y,3.5\n3,z,4.5\n',
    ),
    Case(
        name="quotes_after_spaces",
        text='name, note, n\nAna, "a, b", 1\nBob, "c", 2\nCem, "d, e, f", 3\n',
        space=True,
    ),
    # Spaces.
    Case(
        name="comma_space",
        text="id, name, score\n1, Ana, 2.5\n2, Bob, 3.5\n3, Cem, 4.0\n",
        space=True,
    ),
    Case(
        name="semicolon_space",
        text="1; 2,5; a\n2; 3,5; b\n3; 4,5; c\n",
        delimiter=";",
        space=True,
        header=False,
    ),
    Case(
        name="comma_space_numbers",
        text="0.1, 0.2, 0.3\n0.4, 0.5, 0.6\n0.7, 0.8, 0.9\n",
        space=True,
        header=False,
    ),
    Case(
        name="numbers_between_spaces",
        text="0.0 1.00 5\n0.1 0.99 6\n0.2 0.95 8\n0.3 0.89 3\n",
        delimiter=" ",
        header=False,
    ),
    Case(
        name="access_log",
        text='10.0.0.1 - - [10/Oct/2024:13:55:36 +0000] "GET /a HTTP/1.1" 200 2326\n'
        '10.0.0.2 - - [10/Oct/2024:13:55:37 +0000] "GET /b?c=1,2 HTTP/1.1" 404 512\n'
        '10.0.0.1 - ana [10/Oct/2024:13:55:39 +0000] "POST /d HTTP/1.1" 200 17\n',
        delimiter=" ",
        header=False,
    ),
    Case(
        name="names_with_spaces_tabs",
        text="full name\thome town\tyear of birth\nAna Maria Silva\tVila Nova de Gaia\t1980\n"
        "Bob Smith\tNew York\t1975\nCem Kaya\tAfyon Karahisar\t1990\n",
        delimiter="\t",
    ),
    # Rare delimiters.
    Case(
        name="carets",
        text="id^name^price\n1^bolt, steel^1.50\n2^nut; brass^0.80\n3^washer^0.10\n",
        delimiter="^",
    ),
    Case(
        name="tildes",
        text="id~name~date\n1~Ana~2024-01-01\n2~Bob~2024-01-02\n",
        delimiter="~",
    ),
    Case(
        name="unit_separators",
        text="id\x1fname\x1fnote\n1\x1fAna\x1fa, b\n2\x1fBob\x1fc; d\n",
        delimiter="\x1f",
    ),
    Case(
        name="colons",
        text="key:value:unit\nmass:12.5:kg\nlength:3.1:m\nheat:300:K\n",
        delimiter=":",
    ),
    # Ends of lines, and emptiness.
    Case(name="carriage_returns", text="a;b;c\r1;2;x\r3;4;y\r5;6;z\r", delimiter=";"),
    Case(name="crlf", text="a,b\r\n1,x\r\n2,y\r\n3,z\r\n"),
    Case(name="mixed_ends", text="a,b,c\r\n1,2,3\n4,5,6\r\n7,8,9\n"),
    Case(
        name="blank_lines_between",
        text="a|b|c\n\n1|2|3\n\n4|5|6\n\n7|8|9\n",
        delimiter="|",
    ),
    Case(
        name="sparse",
        text="id,a,b,c,d,e\n1,,,,5,\n2,,3,,,\n3,,,,,\n4,7,,,,1\n",
    ),
    Case(
        name="very_wide",
        text=",".join(f"v{n}" for n in range(60))
        + "\n"
        + "".join(",".join(str((n * row) % 7) for n in range(60)) + "\n" for row in range(1, 5)),
    ),
    Case(
        name="missing_values",
        text="city;temp;rain\nA;NA;1,5\nB;12,1;NA\nC;13,0;0,0\nD;NA;NA\n",
        delimiter=";",
    ),
    Case(
        name="booleans_and_ids",
        text="id,active,owner\n6f1c2b3e-8a1d-4c55-9d10-0a1b2c3d4e5f,true,ana\n"
        "7a2d3c4f-9b2e-4d66-8e21-1b2c3d4e5f60,false,bob\n",
    ),
    Case(
        name="money",
        text='item,price,share\nbolt,$1.50,10%\nnut,$0.80,25%\nset,"$1,200.00",65%\n',
    ),
    Case(
        name="first_line_differs",
        text="id;name\n1;a, b, c\n2;d, e, f\n3;g, h, i\n",
        delimiter=";",
    ),
]
