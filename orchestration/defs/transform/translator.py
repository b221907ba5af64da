"""How dbt's nodes are called and grouped in Dagster."""

from collections.abc import Mapping
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, DagsterDbtTranslatorSettings

from orchestration.lib.dbt_cli import meta_of


def layer_of(properties: Mapping[str, Any]) -> str:
    """staging, intermediate, reference, anomaly, reconciliation, collection, core …"""
    folders = list(properties.get("fqn", [])[1:-1])
    if properties.get("resource_type") == "seed":
        return "reference"
    if folders[:1] == ["marts"] and len(folders) > 1:
        return folders[1]
    return folders[0] if folders else "other"


class HouseTranslator(DagsterDbtTranslator):
    """Keys by schema and name, groups by layer; a source is the raw asset that the sync makes."""

    def __init__(self) -> None:
        super().__init__(
            settings=DagsterDbtTranslatorSettings(
                enable_asset_checks=True,
                enable_source_tests_as_checks=True,
                enable_code_references=False,
            )
        )

    def get_asset_key(self, dbt_resource_props: Mapping[str, Any]) -> dg.AssetKey:
        """[raw_<system>, table] for sources, [schema, name] for what dbt builds."""
        if dbt_resource_props["resource_type"] == "source":
            return dg.AssetKey([f"raw_{dbt_resource_props['source_name']}", dbt_resource_props["name"]])
        return dg.AssetKey([dbt_resource_props["schema"], dbt_resource_props["name"]])

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str | None:
        """The layer."""
        if dbt_resource_props["resource_type"] == "source":
            return f"raw_{dbt_resource_props['source_name']}"
        return layer_of(dbt_resource_props)

    def get_description(self, dbt_resource_props: Mapping[str, Any]) -> str:
        """The description alone; SQL is in the repository."""
        return dbt_resource_props.get("description") or ""

    def get_tags(self, dbt_resource_props: Mapping[str, Any]) -> Mapping[str, str]:
        """What a rule is searched by."""
        meta = meta_of(dbt_resource_props)
        tags = {name: str(meta[name]) for name in ("rule_id", "cadence", "severity") if meta.get(name)}
        return {**super().get_tags(dbt_resource_props), **tags}
