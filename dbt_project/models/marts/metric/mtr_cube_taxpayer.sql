-- The metrics of the semantic model taxpayer, compiled from their declaration. Grain: metric × period × area × cut.
{{ metric_cube(ref('mtr_taxpayer_base'), 'taxpayer') }}
