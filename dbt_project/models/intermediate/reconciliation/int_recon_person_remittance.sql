-- Remitted payments of natural persons against what was returned of them to HRSS and NHSA. All outcomes. Names and id numbers are compared and not carried
-- on. Grain: payment (a returned row without a payment stands for itself).
{{ recon_person_pair('remittance', 'remitted_date') }}
