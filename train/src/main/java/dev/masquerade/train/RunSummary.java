package dev.masquerade.train;

import java.nio.file.Path;

/**
 * What is about to run.
 *
 * @param name of the run
 * @param directory where results go
 * @param finishedSteps steps done before; more than 0 where the run is resumed
 * @param totalSteps of the run
 * @param parameters trainable numbers
 * @param device where the model lives
 * @param precision arithmetic of linear layers
 */
public record RunSummary(
    String name,
    Path directory,
    long finishedSteps,
    long totalSteps,
    long parameters,
    String device,
    String precision) {}
