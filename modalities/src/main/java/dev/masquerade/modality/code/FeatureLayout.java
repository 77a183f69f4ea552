package dev.masquerade.modality.code;

/** In which order a stored array of features holds its numbers. */
enum FeatureLayout {
  /** Whichever of the others its shape is; an array that could be two of them is refused. */
  BY_SHAPE,
  /** (C, h, w). */
  CHANNELS_FIRST,
  /** (h, w, C). */
  CHANNELS_LAST,
  /** (places, C), row by row. */
  PLACES
}
