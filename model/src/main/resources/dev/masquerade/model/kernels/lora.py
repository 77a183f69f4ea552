# Low-rank adapters.

# Weights (O, I) with their adapters added: down (R, I), up (O, R) -> W + scale up down, (O, I) each.
def adapted(self, weights: List[Tensor], down: List[Tensor], up: List[Tensor], scale: float) -> List[Tensor]:
  sums = annotate(List[Tensor], [])
  for i in range(torch.len(weights)):
    torch.append(sums, torch.addmm(weights[i], up[i], down[i], alpha=scale))
  return sums
