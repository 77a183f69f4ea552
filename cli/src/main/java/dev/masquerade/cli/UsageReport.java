package dev.masquerade.cli;

import java.io.PrintWriter;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * Says what is wrong with a command line, and where its help is. What was written and not
 * understood goes before what is missing: a slip of the pen is often both.
 */
final class UsageReport implements IParameterExceptionHandler {

  @Override
  public int handleParseException(ParameterException thrown, String[] arguments) {
    ParameterException failure = thrown;
    CommandLine command = failure.getCommandLine();
    // What follows an unknown option is its value rather than a mistake of its own.
    List<String> unmatched =
        command.getUnmatchedArguments().stream().filter(word -> word.startsWith("-")).toList();
    if (failure instanceof MissingParameterException && !unmatched.isEmpty()) {
      failure = new UnmatchedArgumentException(command, unmatched);
    }
    PrintWriter err = command.getErr();
    String message = String.valueOf(failure.getMessage());
    err.println(message);
    UnmatchedArgumentException.printSuggestions(failure, err);
    String help = command.getCommandSpec().qualifiedName() + " --help";
    if (!message.contains(help)) {
      err.println("see: " + help);
    }
    err.flush();
    return command.getCommandSpec().exitCodeOnInvalidInput();
  }
}
