"""What the documents of every part of a selection plan share."""

from rest_framework import serializers


class WhySerializer(serializers.Serializer):
    """What every change may carry."""

    why = serializers.CharField(
        required=False, allow_blank=True, max_length=600, help_text="Needed once the stage is open"
    )
