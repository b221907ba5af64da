-- The metrics of the semantic model person_payment, compiled from their declaration. Grain: metric × period × area × cut.
{{ metric_cube(ref('mtr_person_payment_base'), 'person_payment') }}
