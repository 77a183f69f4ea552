# What every optimiser does with gradients and with its memory.

# Norm of all gradients together with a 1 where it is not finite; the number they are divided by to bring it to `limit`; that 1 alone.
# A limit of 0 clips nothing.
def measure_gradients(self, gradients: List[Tensor], limit: float) -> Tuple[Tensor, Tensor, Tensor]:
  norm = torch.linalg_vector_norm(torch.stack(torch._foreach_norm(gradients, 2)))
  unusable = torch.to(torch.logical_not(torch.isfinite(norm)), 6)
  divisor = torch.ones_like(norm)
  if limit > 0.:
    divisor = torch.clamp_min(torch.div(torch.add(norm, 1.e-6), limit), 1.)
  return (torch.stack([norm, unusable]), divisor, unusable)

# Adds gradients of one part of a batch to those of the parts before it.
def accumulate_gradients(self, sums: List[Tensor], gradients: List[Tensor], weight: float) -> List[Tensor]:
  torch._foreach_add_(sums, gradients, alpha=weight)
  return annotate(List[Tensor], [])

# Overwrites one array of the optimiser's memory.
def restore_state(self, target: Tensor, source: Tensor) -> List[Tensor]:
  torch.copy_(target, source)
  return annotate(List[Tensor], [])
