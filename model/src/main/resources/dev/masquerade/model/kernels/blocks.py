# Pre-norm transformer blocks. Letters: B rows, Q and K places that look and are looked at, D width,
# H heads. Residual streams are float32; `dtype` is that of the linear layers and
# `attention_dtype` that of attention between them.
#
# Weights come as flat lists, so many tensors per block, in this order (w weight, b bias, an absent
# one without elements):
#   encoder 18: norm1 w b, attention (qkv w b, proj w b, q_norm w b, k_norm w b), norm2 w b,
#               mlp (fc1 w b, fc2 w b, fc3 w b)
#   decoder 32: norm1 w b, self-attention as above, query_norm w b, context_norm w b,
#               cross-attention (q w b, kv w b, proj w b, q_norm w b, k_norm w b), norm2 w b, mlp
# `hidden` is added to scores before softmax: 0, or -inf where a place must not be looked at. Every
# place has at least one that it may look at.
# `keep` (branches, B) scales each residual branch per row: 0 where drop path skips it; absent when
# nothing is skipped.

# x (..., H, d), normalised per head where there are weights for it
def per_head(self, x: Tensor, weights: List[Tensor], at: int) -> Tensor:
  y = x
  if torch.gt(torch.numel(weights[at]), 0):
    y = self.norm(torch.to(x, 6), weights[at], weights[at + 1])
  return y

# q (B, Q, H, d), k and v (B, K, H, d), normalised already -> (B, Q, D)
def attention(self, q: Tensor, k: Tensor, v: Tensor, hidden: Tensor, attention_dtype: int) -> Tensor:
  y = torch.scaled_dot_product_attention(torch.to(torch.transpose(q, 1, 2), attention_dtype), torch.to(torch.transpose(k, 1, 2), attention_dtype), torch.to(torch.transpose(v, 1, 2), attention_dtype), self.present(hidden))
  return torch.flatten(torch.transpose(y, 1, 2), 2)

# q (B, Q, H, d), k and v (B, K, H, d) -> (B, Q, D)
def attend(self, q: Tensor, k: Tensor, v: Tensor, weights: List[Tensor], at: int, hidden: Tensor, attention_dtype: int) -> Tensor:
  return self.attention(self.per_head(q, weights, at), self.per_head(k, weights, at + 2), v, hidden, attention_dtype)

# x (B, Q, D) normalised -> (B, Q, D)
def self_attention(self, x: Tensor, weights: List[Tensor], at: int, heads: int, hidden: Tensor, dtype: int, attention_dtype: int) -> Tensor:
  qkv = torch.unflatten(self.linear(x, weights[at], weights[at + 1], dtype), 2, [3, heads, -1])
  q, k, v = torch.unbind(qkv, 2)
  y = self.attend(q, k, v, weights, at + 4, hidden, attention_dtype)
  return self.linear(y, weights[at + 2], weights[at + 3], dtype)

# x (B, Q, D), context (B, K, D), both normalised -> (B, Q, D)
def cross_attention(self, x: Tensor, context: Tensor, weights: List[Tensor], at: int, heads: int, hidden: Tensor, dtype: int, attention_dtype: int) -> Tensor:
  q = torch.unflatten(self.linear(x, weights[at], weights[at + 1], dtype), 2, [heads, -1])
  kv = torch.unflatten(self.linear(context, weights[at + 2], weights[at + 3], dtype), 2, [2, heads, -1])
  k, v = torch.unbind(kv, 2)
  y = self.attend(q, k, v, weights, at + 6, hidden, attention_dtype)
  return self.linear(y, weights[at + 4], weights[at + 5], dtype)

def feed_forward(self, x: Tensor, weights: List[Tensor], at: int, dtype: int) -> Tensor:
  h = self.linear(x, weights[at], weights[at + 1], dtype)
  if torch.gt(torch.numel(weights[at + 4]), 0):
    h2 = torch.mul(torch.silu(h), self.linear(x, weights[at + 4], weights[at + 5], dtype))
  else:
    h2 = torch.gelu(h)
  return self.linear(h2, weights[at + 2], weights[at + 3], dtype)

def add_branch(self, x: Tensor, branch: Tensor, keep: Tensor, index: int) -> Tensor:
  if torch.gt(torch.numel(keep), 0):
    y = torch.add(x, torch.mul(branch, torch.view(torch.select(keep, 0, index), [-1, 1, 1])))
  else:
    y = torch.add(x, branch)
  return y

# x (B, N, D) -> (B, N, D), before the final norm
def encoder_stack(self, x: Tensor, weights: List[Tensor], heads: int, hidden: Tensor, keep: Tensor, dtype: int, attention_dtype: int) -> Tensor:
  y = x
  depth = torch.floordiv(torch.len(weights), 18)
  for layer in range(depth):
    at = layer * 18
    a = self.self_attention(self.norm(y, weights[at], weights[at + 1]), weights, at + 2, heads, hidden, dtype, attention_dtype)
    y = self.add_branch(y, a, keep, layer * 2)
    m = self.feed_forward(self.norm(y, weights[at + 10], weights[at + 11]), weights, at + 12, dtype)
    y = self.add_branch(y, m, keep, layer * 2 + 1)
  return y

# x (B, M, D), context (B, N, D) -> (B, M, D), before the final norm
def decoder_stack(self, x: Tensor, context: Tensor, weights: List[Tensor], heads: int, self_hidden: Tensor, cross_hidden: Tensor, keep: Tensor, dtype: int, attention_dtype: int) -> Tensor:
  y = x
  depth = torch.floordiv(torch.len(weights), 32)
  for layer in range(depth):
    at = layer * 32
    a = self.self_attention(self.norm(y, weights[at], weights[at + 1]), weights, at + 2, heads, self_hidden, dtype, attention_dtype)
    y = self.add_branch(y, a, keep, layer * 3)
    q = self.norm(y, weights[at + 10], weights[at + 11])
    c = self.norm(context, weights[at + 12], weights[at + 13])
    b = self.cross_attention(q, c, weights, at + 14, heads, cross_hidden, dtype, attention_dtype)
    y = self.add_branch(y, b, keep, layer * 3 + 1)
    m = self.feed_forward(self.norm(y, weights[at + 24], weights[at + 25]), weights, at + 26, dtype)
    y = self.add_branch(y, m, keep, layer * 3 + 2)
  return y
