# One training step of a linear map, which proves that an engine multiplies, differentiates and updates.

# Returns the loss before the step; `weight` (out, in) is updated in place.
def check_step(self, weight: Tensor, x: Tensor, target: Tensor, rate: float, dtype: int) -> Tensor:
  y = torch.linear(torch.to(x, dtype), torch.to(weight, dtype))
  error = torch.sub(torch.to(y, 6), target)
  loss = torch.mean(torch.mul(error, error))
  gradient = torch.grad([loss], [weight], None, None, False, True)[0]
  if gradient is not None:
    torch.add_(torch.detach(weight), torch.mul(gradient, -rate))
  return torch.detach(loss)
