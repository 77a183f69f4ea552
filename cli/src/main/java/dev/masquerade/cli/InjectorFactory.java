package dev.masquerade.cli;

import com.google.inject.Injector;
import picocli.CommandLine;
import picocli.CommandLine.IFactory;

/** Lets picocli create our commands through Guice, and its own classes by itself. */
final class InjectorFactory implements IFactory {

  private final Injector injector;

  InjectorFactory(Injector injector) {
    this.injector = injector;
  }

  @Override
  public <K> K create(Class<K> type) throws Exception {
    if (injector.getExistingBinding(com.google.inject.Key.get(type)) != null) {
      return injector.getInstance(type);
    }
    return CommandLine.defaultFactory().create(type);
  }
}
