package dev.masquerade.train;

import dev.masquerade.train.config.RunConfig;
import java.util.List;

/**
 * A run that someone asks for.
 *
 * @param config what to do
 * @param resume whether to go on with what the run directory holds; otherwise it must be empty
 * @param command line, as typed, for provenance
 */
public record RunRequest(RunConfig config, boolean resume, List<String> command) {
  public RunRequest {
    command = List.copyOf(command);
  }
}
