package dev.masquerade.train.config;

import dev.masquerade.model.ModelConfig;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The network of a run and the weights it starts from.
 *
 * @param preset name it was derived from, for people; empty where there was none
 * @param config its dimensions and options
 * @param initialWeights a safetensors file or the directory that holds one
 */
public record ModelChoice(String preset, ModelConfig config, Optional<Path> initialWeights) {}
