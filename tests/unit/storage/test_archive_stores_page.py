"""docs/archive-stores.md says what is true: its limits are those of the code."""

from pathlib import Path

from api.commands import archive_keeping
from api.settings import Settings
from certs.keeping.retention import RetentionClass
from storage import archive_bucket, failover, object_bucket, s3_clients, s3_writing

PAGE = (Path(__file__).parents[3] / "docs" / "archive-stores.md").read_text("utf-8")


def test_the_limits_on_the_page_are_those_of_the_code() -> None:
    assert f"above {s3_writing.MULTIPART_BYTES >> 20} MiB" in PAGE
    assert f"parts of {s3_writing._PART_BYTES >> 20} MiB" in PAGE
    assert f"until {s3_clients._RETRY_SECONDS} s after the first failure" in PAGE
    assert f"at most {s3_clients._ANSWER_SECONDS} s for an answer" in PAGE
    assert f"only second for {failover._PAUSE_SECONDS:g} s" in PAGE
    assert f"`{object_bucket._PROBE}`" in PAGE
    assert f"`{archive_bucket._PROBES}`" in PAGE


def test_the_settings_and_commands_on_the_page_exist() -> None:
    for name in ("archive_url", "archive_second_url", "objects_second_url", "store_ca_file"):
        assert f"| `{name}` |" in PAGE
        assert name in Settings.model_fields
    assert r"\|".join(item.value for item in RetentionClass) in PAGE
    for handler in ("scrub", "appraise", "hold", "release", "dispose"):
        assert f"| `{handler} " in PAGE
        assert hasattr(archive_keeping, f"_{handler}")
