package dev.masquerade.model.tokenizer;

import com.google.inject.Inject;
import dev.masquerade.model.engine.DeviceChoice;
import dev.masquerade.model.engine.Precision;

/**
 * Where tokenizer networks compute, and in which arithmetic. There is one per program: modalities
 * are bound before a command knows what it is asked for, so the command says it here before a
 * tokenizer is first used. Networks that are loaded already stay where they are. Safe for use by
 * several threads.
 */
public final class TokenizerDevice {

  /**
   * What was asked for.
   *
   * @param device of all tokenizers
   * @param precision of their linear layers; ids near a tie depend on it
   */
  public record Choice(DeviceChoice device, Precision precision) {}

  private volatile Choice choice = new Choice(DeviceChoice.AUTO, Precision.FP32);

  /** Starts with whatever device there is, in 32-bit arithmetic. */
  @Inject
  public TokenizerDevice() {}

  /** Takes a device, in 32-bit arithmetic. */
  public void choose(DeviceChoice device) {
    choose(new Choice(device, Precision.FP32));
  }

  /** Takes a device and an arithmetic. */
  public void choose(Choice other) {
    choice = other;
  }

  /** Returns what was asked for last. */
  public Choice choice() {
    return choice;
  }
}
