"""Composed Chinese names of employers, people and addresses: parts drawn at random, never taken from a register."""

import duckdb

from simulator.engine import insert_rows

SURNAMES = "黄李韦陈梁王刘张莫覃陆农蒙周林谢吴杨何罗赵卢苏蓝唐邓曾潘廖甘石谭冯施庞邱宁阮雷凌"
GIVEN_FIRST = "志文建国海春秀丽晓小永家美玉金明伟俊凤桂红少庆瑞思宇子雅诗宏"
GIVEN_SECOND = "强华军芳英平兰梅燕玲勇辉鹏娟杰东萍慧宁林波涛琳健霞斌洁翔妮毅"

BRAND_FIRST = "邕桂南青绿朱荔凤金盛恒锦鸿瑞云海天华泰嘉百安润博新远正福龙朝"
BRAND_SECOND = "江城源丰达顺和诚信利通兴隆辉创宏泽峰宁晟豪旺康佳腾湖岭阳邦悦"
BRAND_THIRD = ["", "", "", "", "时代", "联合", "世纪", "东方", "之星", "南方", "大地", "众"]
# trade in the name, industry code (GB/T 4754 division), class of the injury rate (0-7)
TRADES = [
    ("商贸", "5100", 0),
    ("贸易", "5100", 0),
    ("百货零售", "5200", 0),
    ("餐饮管理", "6200", 0),
    ("酒店管理", "6100", 0),
    ("信息技术", "6500", 0),
    ("软件科技", "6500", 0),
    ("网络科技", "6400", 0),
    ("广告传媒", "7200", 0),
    ("人力资源服务", "7200", 0),
    ("物业服务", "7000", 1),
    ("房地产开发", "7000", 1),
    ("物流", "5400", 2),
    ("运输", "5400", 3),
    ("汽车服务", "8100", 1),
    ("食品加工", "1300", 2),
    ("制糖", "1300", 3),
    ("茶业", "1500", 1),
    ("木业", "2000", 4),
    ("家具制造", "2100", 3),
    ("印刷包装", "2300", 2),
    ("医药", "2700", 1),
    ("机械制造", "3400", 4),
    ("电子科技", "3900", 1),
    ("电气设备", "3800", 2),
    ("建材", "3000", 5),
    ("水泥制品", "3000", 5),
    ("矿业", "1000", 7),
    ("化工", "2600", 5),
    ("农业开发", "0100", 1),
    ("水产养殖", "0400", 1),
    ("环保工程", "7700", 2),
    ("教育咨询", "8300", 0),
    ("医疗器械", "3500", 1),
    ("旅行社", "7200", 0),
    ("文化传播", "8600", 0),
    ("园林绿化", "4800", 3),
    ("装饰工程", "5000", 4),
    ("建设工程", "4700", 5),
    ("路桥工程", "4800", 6),
    ("水电安装工程", "4900", 4),
    ("地基基础工程", "4700", 5),
]
INSTITUTIONS = [
    ("12", "中心小学", "8300"),
    ("12", "第一初级中学", "8300"),
    ("12", "第二幼儿园", "8300"),
    ("12", "中心卫生院", "8400"),
    ("12", "社区卫生服务中心", "8400"),
    ("12", "农业技术推广站", "0500"),
    ("12", "文化馆", "8700"),
    ("12", "图书馆", "8700"),
    ("12", "疾病预防控制中心", "8400"),
    ("12", "水利工程管理站", "7600"),
    ("12", "不动产登记服务站", "7000"),
    ("12", "环境卫生管理站", "7800"),
    ("12", "职业技术学校", "8300"),
    ("12", "妇幼保健所", "8400"),
    ("12", "畜牧兽医站", "0500"),
    ("11", "人民政府办公室", "9100"),
    ("11", "财政所", "9100"),
    ("11", "司法所", "9100"),
    ("11", "林业工作站", "9100"),
    ("11", "应急管理所", "9100"),
    ("11", "统计站", "9100"),
    ("11", "人民武装部", "9100"),
    ("11", "民政办公室", "9100"),
    ("11", "村镇规划建设所", "9100"),
]
# Given names of residents: by sex, and by generation for the second character.
BOYS_FIRST = "志文建国海春小永家明伟俊庆瑞思宇子宏世光德荣振启泽承"
GIRLS_FIRST = "秀丽晓小玉美金凤桂红雅诗思彩月燕素春惠少佳雨语欣梓可"
BOYS_SECOND = "强华军勇辉鹏杰东宁林波涛斌毅平民生祥福寿光胜才贵荣清成龙"
GIRLS_SECOND = "芳英兰梅燕玲娟萍慧琳霞洁翔妮莲珍珠香花群容娥姣云怡妍萱彤"
YOUNG_SECOND = "轩涵睿晨曦昊博文宇航泽阳熙桐悦瑶琪彤妍萱霖恩宁乐然安"
_STREET_WORDS = "民族 朝阳 友爱 星光 长湖 竹溪 金湖 东葛 古城 园湖 新民 江南 白沙 五一 壮锦 银海 那安 明秀 北湖 秀厢 科园 高新 振兴 永和"
STREETS = _STREET_WORDS.split()
STREET_KINDS = ["大道", "路", "街", "东路", "西路"]


def _list(values: list[str]) -> str:
    return "[" + ", ".join(f"'{value}'" for value in values) + "]"


MACROS = f"""
-- one character of a text: planned in a tenth of the time that a list of as many texts takes
create macro pick_sign(signs, p) as substr(signs, 1 + floor(p * length(signs))::int, 1);
create macro make_person_name(key) as
    pick_sign('{SURNAMES}', chance(key, 'surname')) || pick_sign('{GIVEN_FIRST}', chance(key, 'given first'))
    || case when chance(key, 'given length') < 0.82 then pick_sign('{GIVEN_SECOND}', chance(key, 'given second')) else '' end;
-- a resident: the surname is the family's, the given name follows sex and generation
create macro make_resident_name(key, family_key, sex_code, born) as
    pick_sign('{SURNAMES}', chance(family_key, 'surname'))
    || case sex_code when '1' then pick_sign('{BOYS_FIRST}', chance(family_key, 'given first'))
        else pick_sign('{GIRLS_FIRST}', chance(family_key, 'given first')) end
    || case when chance(family_key, 'given length') >= 0.88 then ''
        when born >= 2008 then pick_sign('{YOUNG_SECOND}', chance(key, 'given second'))
        when sex_code = '1' then pick_sign('{BOYS_SECOND}', chance(key, 'given second'))
        else pick_sign('{GIRLS_SECOND}', chance(key, 'given second')) end;
create macro make_brand(key) as
    pick_sign('{BRAND_FIRST}', chance(key, 'brand first')) || pick_sign('{BRAND_SECOND}', chance(key, 'brand second'))
    || pick({_list(BRAND_THIRD)}, chance(key, 'brand third'));
create macro make_street(key) as
    pick({_list(STREETS)}, chance(key, 'street')) || pick({_list(STREET_KINDS)}, chance(key, 'street kind'))
    || chance_int(key, 'house', 1, 288)::varchar || '号';
"""


def install(con: duckdb.DuckDBPyConnection) -> None:
    """Create the macros and the tables of trades in a session."""
    con.execute(MACROS)
    con.execute("create or replace temp table trade (n int, trade varchar, industry_code varchar, injury_class int)")
    insert_rows(con, "trade", [(n, *row) for n, row in enumerate(TRADES)])
    con.execute(
        "create or replace temp table institution (n int, unit_type_code varchar, kind varchar, industry_code varchar)"
    )
    insert_rows(con, "institution", [(n, *row) for n, row in enumerate(INSTITUTIONS)])
