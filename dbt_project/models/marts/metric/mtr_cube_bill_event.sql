-- The metrics of the semantic model bill_event, compiled from their declaration. Grain: metric × period × area × cut.
{{ metric_cube(ref('mtr_bill_event_base'), 'bill_event') }}
