package dev.masquerade.cli;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** A command that only groups others: naming none of them is a mistake that lists them. */
abstract class CommandGroup implements Runnable {

  @Spec private CommandSpec spec;

  @Override
  public final void run() {
    throw new ParameterException(
        spec.commandLine(),
        "\""
            + spec.qualifiedName()
            + "\" needs one of: "
            + String.join(", ", spec.subcommands().keySet())
            + ".");
  }
}
