using System.Collections.Frozen;
using System.Globalization;

namespace Marketplace.Web.Formatting;

/// <summary>Regions, which are what providers claim as an ISO 3166-1 code: their names, and where they are.</summary>
public static class Regions
{
    // Code, longitude and latitude in degrees of the middle of its largest land (after Natural Earth, which is in the public domain), name.
    const string Table =
        """
        AD 2 43 Andorra; AE 54 24 United Arab Emirates; AF 66 34 Afghanistan; AG -62 17 Antigua & Barbuda; AI -63 18 Anguilla;
        AL 20 41 Albania; AM 45 40 Armenia; AO 18 -12 Angola; AQ 0 -56 Antarctica; AR -65 -35 Argentina; AS -171 -14 American Samoa;
        AT 14 48 Austria; AU 134 -25 Australia; AW -70 13 Aruba; AX 20 60 Åland Islands; AZ 48 40 Azerbaijan;
        BA 18 44 Bosnia & Herzegovina; BB -60 13 Barbados; BD 90 24 Bangladesh; BE 5 51 Belgium; BF -2 12 Burkina Faso;
        BG 25 43 Bulgaria; BH 51 26 Bahrain; BI 30 -3 Burundi; BJ 2 10 Benin; BL -63 18 St. Barthélemy; BM -65 32 Bermuda;
        BN 115 4 Brunei; BO -65 -17 Bolivia; BQ -68 12 Caribbean Netherlands; BR -53 -11 Brazil; BS -78 25 Bahamas; BT 90 27 Bhutan;
        BW 24 -22 Botswana; BY 28 54 Belarus; BZ -89 17 Belize; CA -102 58 Canada; CC 97 -12 Cocos Islands;
        CD 24 -3 Congo (Kinshasa); CF 20 7 Central African Republic; CG 15 -1 Congo (Brazzaville); CH 8 47 Switzerland;
        CI -6 8 Côte d’Ivoire; CK -160 -21 Cook Islands; CL -71 -36 Chile; CM 13 6 Cameroon; CN 104 37 China; CO -73 4 Colombia;
        CR -84 10 Costa Rica; CU -79 22 Cuba; CV -24 15 Cape Verde; CW -69 12 Curaçao; CX 106 -10 Christmas Island; CY 33 35 Cyprus;
        CZ 15 50 Czechia; DE 10 51 Germany; DJ 43 12 Djibouti; DK 9 56 Denmark; DM -61 15 Dominica; DO -71 19 Dominican Republic;
        DZ 3 28 Algeria; EC -78 -1 Ecuador; EE 26 59 Estonia; EG 30 26 Egypt; EH -12 24 Western Sahara; ER 39 15 Eritrea;
        ES -4 40 Spain; ET 40 9 Ethiopia; FI 26 65 Finland; FJ 178 -18 Fiji; FK -59 -52 Falkland Islands; FM 158 7 Micronesia;
        FO -7 62 Faroe Islands; FR 2 47 France; GA 12 -1 Gabon; GB -3 54 United Kingdom; GD -62 12 Grenada; GE 44 42 Georgia;
        GF -53 4 French Guiana; GG -3 49 Guernsey; GH -1 8 Ghana; GI -5 36 Gibraltar; GL -41 75 Greenland; GM -15 13 Gambia;
        GN -11 10 Guinea; GP -62 16 Guadeloupe; GQ 10 2 Equatorial Guinea; GR 23 39 Greece;
        GS -37 -54 South Georgia & South Sandwich Islands; GT -90 16 Guatemala; GU 145 13 Guam; GW -15 12 Guinea-Bissau;
        GY -59 5 Guyana; HK 114 22 Hong Kong; HM 74 -53 Heard & McDonald Islands; HN -87 15 Honduras; HR 16 45 Croatia;
        HT -73 19 Haiti; HU 19 47 Hungary; ID 110 -3 Indonesia; IE -8 53 Ireland; IL 35 31 Israel; IM -5 54 Isle of Man;
        IN 80 23 India; IO 72 -7 British Indian Ocean Territory; IQ 44 33 Iraq; IR 54 33 Iran; IS -19 65 Iceland; IT 12 44 Italy;
        JE -2 49 Jersey; JM -77 18 Jamaica; JO 37 31 Jordan; JP 138 37 Japan; KE 38 1 Kenya; KG 75 41 Kyrgyzstan;
        KH 105 13 Cambodia; KI 173 1 Kiribati; KM 43 -12 Comoros; KN -63 17 St. Kitts & Nevis; KP 127 40 North Korea;
        KR 128 36 South Korea; KW 48 29 Kuwait; KY -81 19 Cayman Islands; KZ 67 48 Kazakhstan; LA 104 19 Laos; LB 36 34 Lebanon;
        LC -61 14 St. Lucia; LI 10 47 Liechtenstein; LK 81 8 Sri Lanka; LR -9 6 Liberia; LS 28 -30 Lesotho; LT 24 55 Lithuania;
        LU 6 50 Luxembourg; LV 25 57 Latvia; LY 18 27 Libya; MA -8 30 Morocco; MC 7 44 Monaco; MD 28 47 Moldova;
        ME 19 43 Montenegro; MF -63 18 St. Martin; MG 47 -19 Madagascar; MH 171 7 Marshall Islands; MK 22 42 North Macedonia;
        ML -4 17 Mali; MM 96 21 Myanmar; MN 103 47 Mongolia; MO 114 22 Macao; MP 146 15 Northern Mariana Islands;
        MQ -61 15 Martinique; MR -10 20 Mauritania; MS -62 17 Montserrat; MT 14 36 Malta; MU 58 -20 Mauritius; MV 74 4 Maldives;
        MW 34 -13 Malawi; MX -103 24 Mexico; MY 102 4 Malaysia; MZ 36 -17 Mozambique; NA 17 -22 Namibia; NC 165 -21 New Caledonia;
        NE 9 17 Niger; NF 168 -29 Norfolk Island; NG 8 10 Nigeria; NI -85 13 Nicaragua; NL 6 52 Netherlands; NO 14 64 Norway;
        NP 84 28 Nepal; NR 167 -1 Nauru; NU -170 -19 Niue; NZ 171 -44 New Zealand; OM 56 21 Oman; PA -80 9 Panama; PE -74 -9 Peru;
        PF -149 -18 French Polynesia; PG 144 -7 Papua New Guinea; PH 121 16 Philippines; PK 69 30 Pakistan; PL 19 52 Poland;
        PM -56 47 St. Pierre & Miquelon; PN -128 -24 Pitcairn Islands; PR -66 18 Puerto Rico; PS 35 32 Palestine; PT -8 40 Portugal;
        PW 135 8 Palau; PY -58 -23 Paraguay; QA 51 25 Qatar; RE 56 -21 Réunion; RO 25 46 Romania; RS 21 44 Serbia; RU 100 62 Russia;
        RW 30 -2 Rwanda; SA 45 24 Saudi Arabia; SB 160 -10 Solomon Islands; SC 55 -5 Seychelles; SD 30 16 Sudan; SE 17 63 Sweden;
        SG 104 1 Singapore; SH -6 -16 St. Helena; SI 15 46 Slovenia; SJ 16 78 Svalbard & Jan Mayen; SK 19 49 Slovakia;
        SL -12 9 Sierra Leone; SM 12 44 San Marino; SN -14 14 Senegal; SO 46 5 Somalia; SR -56 4 Suriname; SS 30 7 South Sudan;
        ST 7 0 São Tomé & Príncipe; SV -89 14 El Salvador; SX -63 18 Sint Maarten; SY 39 35 Syria; SZ 31 -27 Eswatini;
        TC -72 22 Turks & Caicos Islands; TD 19 15 Chad; TF 69 -49 French Southern Territories; TG 1 9 Togo; TH 101 15 Thailand;
        TJ 71 39 Tajikistan; TK -172 -9 Tokelau; TL 126 -9 Timor-Leste; TM 59 39 Turkmenistan; TN 10 34 Tunisia; TO -175 -21 Tonga;
        TR 35 39 Türkiye; TT -61 10 Trinidad & Tobago; TV 179 -8 Tuvalu; TW 121 24 Taiwan; TZ 35 -6 Tanzania; UA 31 49 Ukraine;
        UG 32 1 Uganda; US -99 40 United States; UY -56 -33 Uruguay; UZ 63 42 Uzbekistan; VA 12 42 Vatican City;
        VC -61 13 St. Vincent & Grenadines; VE -66 7 Venezuela; VG -65 18 British Virgin Islands; VI -65 18 U.S. Virgin Islands;
        VN 106 17 Vietnam; VU 167 -15 Vanuatu; WF -178 -14 Wallis & Futuna; WS -172 -14 Samoa; XK 21 43 Kosovo; YE 48 16 Yemen;
        YT 45 -13 Mayotte; ZA 25 -29 South Africa; ZM 28 -13 Zambia; ZW 30 -19 Zimbabwe
        """;

    static readonly FrozenDictionary<string, (double Longitude, double Latitude, string Name)> All = Table
        .Split([';', '\n'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
        .Select(row => row.Split(' ', 4))
        .ToFrozenDictionary(row => row[0], row => (Degrees(row[1]), Degrees(row[2]), row[3]), StringComparer.OrdinalIgnoreCase);

    /// <summary>A name for people; the code where there is none, and "not said" for none.</summary>
    public static string NameOf(string code) => code.Length == 0 ? "not said" : All.TryGetValue(code, out var known) ? known.Name : code;

    /// <summary>Its middle in degrees, east and north; null for a code that is no region's.</summary>
    public static (double Longitude, double Latitude)? PlaceOf(string code) =>
        All.TryGetValue(code, out var known) ? (known.Longitude, known.Latitude) : null;

    static double Degrees(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
