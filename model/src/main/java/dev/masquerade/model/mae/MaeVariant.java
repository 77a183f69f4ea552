package dev.masquerade.model.mae;

/** How a masked autoencoder treats removed patches. */
public enum MaeVariant {
  /**
   * The encoder never meets them; a decoder gets a mask token in their place. Mean squared error.
   *
   * @see <a href="https://arxiv.org/abs/2111.06377">Masked Autoencoders Are Scalable Vision
   *     Learners</a>
   */
  MAE,
  /**
   * The encoder gets a mask token in their place; one linear map predicts. Mean absolute error.
   *
   * @see <a href="https://arxiv.org/abs/2111.09886">SimMIM: A Simple Framework for Masked Image
   *     Modeling</a>
   */
  SIMMIM
}
