create or replace table tax_core."DJ_NSRXX" as
select taxpayer_key as "DJXH", taxpayer_no as "NSRSBH", uscc as "SHXYDM", name as "NSRMC", status_code as "NSRZT_DM", status_date as "ZTRQ",
    entity_type_code as "KZZTDJLX_DM", registration_type_code as "DJZCLX_DM", industry_code as "HY_DM", bureau_code as "ZGSWJ_DM",
    office_code as "ZGSWSKFJ_DM", town_code as "JDXZ_DM", address as "SCJYDZ", legal_name as "FDDBRXM", legal_mobile as "FDDBRSJ",
    legal_phone as "FDDBRGDDH", finance_name as "CWFZRXM", finance_mobile as "CWFZRSJ", finance_phone as "CWFZRGDDH",
    clerk_name as "BSRXM", clerk_mobile as "BSRSJ", clerk_phone as "BSRGDDH", registered_on as "DJRQ", updated_at as "GXSJ"
from snap.taxpayer;

create or replace table tax_core."SF_SFXY" as
select agreement_key as "XYXH", taxpayer_key as "DJXH", taxpayer_no as "NSRSBH", bank_code as "YHHB_DM", bank_no as "KHYHHH",
    account_name as "ZHMC", account_no as "YHZH", case when is_batch then 'Y' else 'N' end as "PKBZ", authority_code as "SKSSSWJG_DM",
    verify_code as "YZZT_DM", case when ended_on is not null then '2' else '1' end as "XYZT_DM", signed_on as "QYRQ", ended_on as "ZZRQ",
    sign_channel_code as "QYQD_DM", updated_at as "GXSJ"
from snap.agreement;
