package dev.masquerade.train.config;

import ai.djl.Device;
import dev.masquerade.model.engine.ComputeEngine;
import dev.masquerade.model.engine.Precision;

/** Arithmetic of linear layers that a run asks for. */
public enum PrecisionChoice {
  /** What the device gains most from. */
  AUTO,
  /** 32-bit floating point. */
  FP32,
  /** bfloat16 products. */
  BF16;

  /** Returns the arithmetic to use on a device. */
  public Precision on(ComputeEngine engine, Device device) {
    return switch (this) {
      case AUTO -> engine.defaultPrecision(device);
      case FP32 -> Precision.FP32;
      case BF16 -> Precision.BF16;
    };
  }
}
