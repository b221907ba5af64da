-- The metrics of the semantic model client_payment, compiled from their declaration. Grain: metric × period × area × cut.
{{ metric_cube(ref('mtr_client_payment_base'), 'client_payment') }}
