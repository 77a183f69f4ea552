# The backbone of the recorded steps: convolution of stride 2, batch norm, rectifier, mean over
# places. images (B, C, H, W) -> (B, D)
def convolution(self, images: Tensor, weights: List[Tensor]) -> Tensor:
  c = torch.conv2d(images, weights[0], None, [2, 2], [1, 1], [1, 1], 1)
  n = torch.batch_norm(c, weights[1], weights[2], weights[3], weights[4], True, 0.10000000000000001, 1.0000000000000001e-05, False)
  return torch.mean(torch.relu(n), [2, 3])

def cosine_slope(self, x0: Tensor, x1: Tensor) -> Tuple[Tensor, Tensor]:
  start = torch.requires_grad_(torch.detach(x0), True)
  loss = self.negative_cosine(start, x1)
  slope = torch.grad([loss], [start], None, None, False, True)[0]
  found = torch.zeros_like(x0)
  if slope is not None:
    found = slope
  return (torch.detach(loss), found)
