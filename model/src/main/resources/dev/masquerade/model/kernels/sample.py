# Probabilities of rows of logits. Letters: R rows, V vocabulary.

# (R, V) -> (R, V)
def probabilities(self, logits: Tensor) -> Tensor:
  return torch.softmax(torch.to(logits, 6), -1)

# The same at a temperature above 0.
def tempered_probabilities(self, logits: Tensor, temperature: float) -> Tensor:
  scaled = torch.to(logits, 6)
  return torch.softmax(torch.div(scaled, temperature), -1)

# The likeliest token of each row, the first of equals, and its probability: (R) int64, (R)
def likeliest(self, logits: Tensor) -> Tuple[Tensor, Tensor]:
  rows = torch.to(logits, 6)
  best, ids = torch.max(rows, -1)
  return (ids, torch.exp(torch.sub(best, torch.logsumexp(rows, [-1]))))
