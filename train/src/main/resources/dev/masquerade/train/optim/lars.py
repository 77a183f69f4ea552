# LARS: momentum whose steps are scaled, tensor by tensor, to the size of the tensor.

# Moves parameters in place. Where `scaled` is 1, the parameter decays and its step is trust x |parameter| / |step| of the gradient; a norm
# of 0 leaves the step as it is. The gradient is divided by `divisor`. Where `unusable` is 1 nothing changes, the momenta included.
def step_parameters(self, parameters: List[Tensor], gradients: List[Tensor], momenta: List[Tensor], scaled: List[int], rate: float, decay: float, momentum: float, trust: float, divisor: Tensor, unusable: Tensor) -> List[Tensor]:
  if bool(torch.gt(unusable, 0)):
    return annotate(List[Tensor], [])
  for i in range(torch.len(parameters)):
    parameter = parameters[i]
    step = torch.div(gradients[i], divisor)
    if torch.eq(scaled[i], 1):
      step = torch.add(step, parameter, alpha=decay)
      size = torch.linalg_vector_norm(parameter)
      length = torch.linalg_vector_norm(step)
      one = torch.ones_like(size)
      ratio = torch.where(torch.gt(size, 0), torch.where(torch.gt(length, 0), torch.div(torch.mul(size, trust), length), one), one)
      step = torch.mul(step, ratio)
    mu = torch.add_(torch.mul_(momenta[i], momentum), step)
    torch.add_(torch.detach(parameter), mu, alpha=torch.neg(rate))
  return annotate(List[Tensor], [])
