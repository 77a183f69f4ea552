package dev.masquerade.masking;

/** How the probability to keep a token of a sequence in the input is drawn, once per sample. */
public enum KeepScheme {
  /** Uniform between 0 and 1. */
  RANDOM,
  /** Always 1: the input holds as much as its budget allows. */
  ALL,
  /** 0 or 1, evenly. */
  BINARY
}
