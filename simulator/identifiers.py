"""Valid made-up identifiers as SQL macros: social credit codes, id numbers, accounts, phones. None belongs to anybody."""

import duckdb

# Alphabet and weights of GB 32100-2015 and GB 11643.
USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
USCC_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
ORG_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
ORG_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def _weighted(alphabet: str, weights: tuple[int, ...]) -> str:
    """SQL of the weighted sum of the characters' places. `body` stands in it once: it is a long expression where macros meet."""
    places = f"list_transform(string_split(rpad(body, {len(weights)}, '0'), ''), lambda sign: strpos('{alphabet}', sign) - 1)"
    return f"list_dot_product({places}::double[], {[float(weight) for weight in weights]})::bigint"


MACROS = f"""
-- organisation code: eight characters and a check character (GB 11714)
create macro org_check(body) as
    substr('0123456789X0', ((11 - ({_weighted(ORG_ALPHABET, ORG_WEIGHTS)}) % 11) % 11 + 1)::int, 1);
-- social credit code: seventeen characters and a check character (GB 32100-2015)
create macro uscc_check(body) as
    substr('{USCC_ALPHABET}', ((31 - ({_weighted(USCC_ALPHABET, USCC_WEIGHTS)}) % 31) % 31 + 1)::int, 1);
-- citizen's number: seventeen digits and a check character (GB 11643)
create macro id_check(body) as
    substr('10X98765432', (({_weighted("0123456789", ID_WEIGHTS)}) % 11 + 1)::int, 1);
create macro make_uscc(prefix, area, org9) as prefix || area || org9 || uscc_check(prefix || area || org9);
create macro make_id(area, birth, sequence) as
    area || strftime(birth, '%Y%m%d') || lpad(sequence::varchar, 3, '0')
    || id_check(area || strftime(birth, '%Y%m%d') || lpad(sequence::varchar, 3, '0'));
create macro make_mobile(key) as
    pick(['130', '131', '133', '135', '136', '137', '138', '139', '150', '151', '152', '157', '158', '159', '177', '180',
          '181', '182', '187', '188', '189', '191', '199'], chance(key, 'mobile prefix'))
    || lpad(chance_int(key, 'mobile', 0, 99999999)::varchar, 8, '0');
create macro make_landline(key) as '0771-' || chance_int(key, 'landline', 2200000, 5899999)::varchar;
"""


def install(con: duckdb.DuckDBPyConnection) -> None:
    """Create the macros in a session."""
    con.execute(MACROS)
