-- The metrics of collection by fee period, compiled from their declaration. Grain: metric × period × area × cut.
{{ metric_cube(ref('mtr_collection_employer'), 'collection') }}
