package dev.sluice.lifecycle;

import dev.sluice.cache.Cached;

/** An interceptor sees nothing of this. */
public interface WrongInterface {

  @Cached(expire = 30)
  int ofInterface();
}
