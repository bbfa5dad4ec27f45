"""From corpora to a trained model: sources, cleaning, tokenizer, training, manifest.

Stages hand over folders with a manifest, never imports: nothing here may know `desktop` or
`converter`.
"""
