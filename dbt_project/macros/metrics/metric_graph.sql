{#- What the manifest knows about metrics: dbt's own semantic models and metrics, as cubes, definitions and tests read them. Empty while dbt parses. -#}

{#- A semantic model by its name. -#}
{% macro semantic_model(name) %}
    {%- for one in graph.semantic_models.values() if one.name == name -%}
        {{ return(one) }}
    {%- endfor -%}
    {{ exceptions.raise_compiler_error("No semantic model is declared as '" ~ name ~ "'") }}
{% endmacro %}

{#-
  The published metrics (those whose meta has a unit), by name: id, label, unit, numerator and denominator as measures, and the rest of their meta.
  With a semantic model: only the metrics over its measures.
-#}
{% macro declared_metrics(model=none) %}
    {%- set measures = {} -%}
    {%- for one in graph.semantic_models.values() -%}
        {%- for measure in one.measures -%}
            {%- do measures.update({measure.name: one.name}) -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- set found = [] -%}
    {%- for metric in graph.metrics.values() | sort(attribute='name') if 'unit' in metric.config.meta -%}
        {%- if metric.type == 'ratio' -%}
            {%- set numerator = metric.type_params.numerator.name -%}
            {%- set denominator = metric.type_params.denominator.name -%}
        {%- else -%}
            {%- set numerator = metric.type_params.measure.name -%}
            {%- set denominator = none -%}
        {%- endif -%}
        {%- if model is none or measures[numerator] == model -%}
            {%- do found.append({
                'name': metric.name, 'label': metric.label, 'description': metric.description, 'model': measures[numerator],
                'numerator': numerator, 'denominator': denominator, 'meta': metric.config.meta
            }) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(found) }}
{% endmacro %}
