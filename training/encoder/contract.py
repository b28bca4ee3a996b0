"""What the model file and run time share: names of inputs, outputs and file."""

PIECES = ("input_ids", "case_ids", "quote_ids", "attention_mask")
"""Inputs with a value for each piece."""
INPUTS = (*PIECES, "first_piece")
OUTPUTS = (
    "upos",
    "xpos",
    "ner",
    "sentence_start",
    "arc_scores",
    "relation_dependent",
    "relation_head",
    "tags",
    "pointers",
)
MODEL = "encoder_int8.onnx"
"""The name that run time loads; a folder with the float model has it under the same name."""
