package dev.masquerade.cli;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.OutputStreamAppender;

/** Logs to the screen, clear of a progress bar. Named in logback.xml. */
public final class ScreenAppender extends OutputStreamAppender<ILoggingEvent> {
  @Override
  public void start() {
    setOutputStream(Screen.lines());
    super.start();
  }
}
