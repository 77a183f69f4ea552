package dev.masquerade.data.pipeline;

import com.google.inject.AbstractModule;
import com.google.inject.Singleton;
import com.google.inject.multibindings.MapBinder;
import dev.masquerade.data.shard.FileShardSource;
import dev.masquerade.data.shard.ShardSource;
import dev.masquerade.data.shard.ShardSources;

/**
 * What reading data brings into a program: storage by URI scheme, to which other modules may add in
 * a {@code MapBinder<String, ShardSource>}.
 */
public final class DataModule extends AbstractModule {
  @Override
  protected void configure() {
    bind(FileShardSource.class).in(Singleton.class);
    MapBinder.newMapBinder(binder(), String.class, ShardSource.class)
        .addBinding("file")
        .to(FileShardSource.class);
    bind(ShardSources.class).in(Singleton.class);
  }
}
