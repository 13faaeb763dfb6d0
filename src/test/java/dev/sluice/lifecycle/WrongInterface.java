package dev.sluice.lifecycle;

import dev.sluice.cache.Cached;

/** An annotation on an interface, which no interceptor sees. */
public interface WrongInterface {

  @Cached(expire = 30)
  int ofInterface();
}
