# AdamW with decoupled weight decay.

# Moves parameters in place, and divides the gradients in place where they are laid out as the parameters: the fused operator walks
# through memory, so a gradient that came out transposed is copied first. Every parameter counts its own steps; where `unusable` is 1 nothing
# changes, the count included.
def step_parameters(self, parameters: List[Tensor], gradients: List[Tensor], means: List[Tensor], squares: List[Tensor], counts: List[Tensor], rate: float, decay: float, beta1: float, beta2: float, epsilon: float, divisor: Tensor, unusable: Tensor) -> List[Tensor]:
  none = annotate(List[Tensor], [])
  straight = annotate(List[Tensor], [])
  for i in range(torch.len(gradients)):
    torch.append(straight, torch.contiguous(gradients[i]))
  torch._foreach_add_(counts, torch.rsub(unusable, 1))
  torch._fused_adamw_(parameters, straight, means, squares, none, counts, lr=rate, beta1=beta1, beta2=beta2, weight_decay=decay, eps=epsilon, amsgrad=False, maximize=False, grad_scale=divisor, found_inf=unusable)
  return annotate(List[Tensor], [])
