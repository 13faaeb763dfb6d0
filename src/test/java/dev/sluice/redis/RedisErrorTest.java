package dev.sluice.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.redis.RedisError.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RedisErrorTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "READONLY You can't write against a read only replica. | REFUSED",
        "LOADING Redis is loading the dataset in memory | REFUSED",
        "OOM command not allowed when used memory > 'maxmemory'. | REFUSED",
        "MASTERDOWN Link with MASTER is down | REFUSED",
        "CLUSTERDOWN The cluster is down | REFUSED",
        "NOAUTH Authentication required. | REFUSED",
        "MOVED 3999 127.0.0.1:6381 | REFUSED",
        "ASK 3999 127.0.0.1:6381 | REFUSED",
        "CROSSSLOT Keys in request don't hash to the same slot | REFUSED",
        "NOPERM this user has no permissions to run the 'info' command | NOT_PERMITTED",
        "ERR unknown command `EVALSHA`, with args beginning with: `a` | NOT_PERMITTED",
        "ERR Unknown subcommand or wrong number of arguments for 'FOO' | NOT_PERMITTED",
        "WRONGTYPE Operation against a key | CORRUPT",
        "ERR syntax error | MISTAKE",
        "ERR Protocol error: invalid bulk length | MISTAKE",
        // In scripts, as Redis 6.2 and 7.0 say it.
        "ERR Error running script (call to f_12): @user_script:1: -READONLY You can't | REFUSED",
        "ERR Error running script (call to f_12): @user_script:1: WRONGTYPE Operation | CORRUPT",
        "WRONGTYPE Operation against a key script: 12, on @user_script:1. | CORRUPT",
        "ERR Error running script (call to f_12): @user_script:1: @user_script: 1: The user"
            + " executing the script can't run this command or subcommand | NOT_PERMITTED",
        "ERR ACL failure in script: User lacks permission script: 12 | NOT_PERMITTED",
        "ERR Error running script (call to f_12): @user_script:1: @user_script: 1: Wrong number of"
            + " args calling Redis command From Lua script | MISTAKE"
      })
  void translatesErrorReplies(String reply, Kind kind) {
    assertThat(RedisError.ofReply(reply).kind()).isEqualTo(kind);
  }

  @Test
  void doesNotRepeatTheArgumentsOfAnUnknownCommand() {
    assertThat(
            RedisError.ofReply("ERR unknown command `X`, with args beginning with: `secret`, ")
                .reason())
        .isEqualTo("ERR unknown command `X`");
  }

  @Test
  void saysThatANodeOfAClusterWasCalled() {
    assertThat(RedisError.ofReply("MOVED 3999 127.0.0.1:6381").reason()).contains("Redis Cluster");
  }
}
