package dev.masquerade.modality.code;

/** Patches as vectors, for clustering and for search. Letters: D numbers of a vector, V codes. */
interface PatchVectors {

  /** Returns the number of patches. */
  int count();

  /** Returns D. */
  int width();

  /** Returns how often a patch stands for itself, at least 1. */
  float weight(int patch);

  /** Returns the squared length of a patch's vector. */
  float squaredNorm(int patch);

  /** Returns the dot product of a patch and a dense vector. */
  float dot(int patch, float[] vector, int at);

  /** Adds {@code factor} times a patch to a dense vector. */
  void add(int patch, float factor, float[] vector, int at);
}
