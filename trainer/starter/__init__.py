"""The bundled starter model: corpora, tokenizer, pretraining, finish, evaluation, in that order."""
