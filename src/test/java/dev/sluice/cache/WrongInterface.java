package dev.sluice.cache;

/** An interceptor sees nothing of this. */
public interface WrongInterface {

  @Cached(expire = 30)
  int ofInterface();
}
