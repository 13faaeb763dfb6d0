package dev.sluice.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TrustedProxiesTest {

  private static final List<String> TRUSTED = List.of("10.0.0.0/8", "2001:db8:ffff::/48");

  private static TrustedProxies proxies(String header) {
    return new TrustedProxies(new ClientSettings(TRUSTED, header, 64));
  }

  /** Returns the client of a request from 10.0.0.1 with these lines, separated by ¶. */
  private static String client(String header, String lines) {
    TrustedProxies proxies = proxies(header);
    IpAddress peer = IpAddress.parse("10.0.0.1").orElseThrow();
    return proxies.key(proxies.client(peer, Arrays.asList(lines.split("¶"))));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '>',
      quoteCharacter = '~',
      nullValues = "-",
      value = {
        // one proxy
        "192.0.2.1                         > 192.0.2.1",
        "192.0.2.1:4711                    > 192.0.2.1",
        "~  192.0.2.1  ~                   > 192.0.2.1",
        "\"192.0.2.1:4711\"                > 192.0.2.1",
        // the client's own entries are left of those of the proxy
        "1.1.1.1, 192.0.2.1                > 192.0.2.1",
        "10.1.1.1, 192.0.2.1               > 192.0.2.1",
        "1.1.1.1¶192.0.2.1                 > 192.0.2.1",
        "\", 1.1.1.1, 192.0.2.1            > 192.0.2.1",
        // several proxies
        "192.0.2.1, 10.2.2.2               > 192.0.2.1",
        "192.0.2.1, 10.3.3.3¶10.2.2.2      > 192.0.2.1",
        "1.1.1.1, 192.0.2.1, 10.2.2.2      > 192.0.2.1",
        "192.0.2.1, 2001:db8:ffff::7       > 192.0.2.1",
        "10.3.3.3, 10.2.2.2                > 10.3.3.3",
        // an unreadable hop ends the reading
        "unknown                           > 10.0.0.1",
        "1.1.1.1, unknown                  > 10.0.0.1",
        "192.0.2.1, unknown, 10.2.2.2      > 10.2.2.2",
        "_hidden                           > 10.0.0.1",
        "1.1.1.1, 999.0.0.1                > 10.0.0.1",
        "1.1.1.1, 192.0.2                  > 10.0.0.1",
        "1.1.1.1, 192.0.2.01               > 10.0.0.1",
        "1.1.1.1, 192.0.2.1:               > 10.0.0.1",
        "1.1.1.1, 192.0.2.1:port           > 10.0.0.1",
        "1.1.1.1, \"192.0.2.1              > 10.0.0.1",
        "1.1.1.1, localhost                > 10.0.0.1",
        "1.1.1.1, ' OR 1=1                 > 10.0.0.1",
        // empty members are skipped
        "192.0.2.1,                        > 192.0.2.1",
        "192.0.2.1, , 10.2.2.2             > 192.0.2.1",
        "~~                                > 10.0.0.1",
        ",,,                               > 10.0.0.1",
        // IPv6: one client for each /64
        "2001:db8::1                       > 20010db800000000:0",
        "2001:db8::2                       > 20010db800000000:0",
        "2001:db8:0:0:ffff::9              > 20010db800000000:0",
        "2001:db8:0:1::9                   > 20010db800000001:0",
        "[2001:db8::1]                     > 20010db800000000:0",
        "[2001:db8::1]:443                 > 20010db800000000:0",
        "\"[2001:DB8::1]:443\"             > 20010db800000000:0",
        "fe80::1%eth0                      > fe80000000000000:0",
        "192.0.2.1%eth0                    > 10.0.0.1",
        "[fe80::1%25eth0]:443              > fe80000000000000:0",
        "::ffff:192.0.2.1%1                > 192.0.2.1",
        "::ffff:192.0.2.256                > 10.0.0.1",
        "0.0.0.0                           > 0.0.0.0",
        "::                                > 0:0",
        "::ffff:192.0.2.1                  > 192.0.2.1",
        "::ffff:c000:201                   > 192.0.2.1",
        "[2001:db8::1                      > 10.0.0.1",
        "[192.0.2.1]                       > 10.0.0.1",
        "2001:db8::1::2                    > 10.0.0.1",
        "1:2:3:4:5:6:7                     > 10.0.0.1",
        "1:2:3:4:5:6:7:8:9                 > 10.0.0.1",
        "1:2:3:4:5:6:7::8                  > 10.0.0.1",
        ":::                               > 10.0.0.1",
        "12345::                           > 10.0.0.1",
      })
  void readsForwardedForFromTheRight(String lines, String client) {
    assertThat(client("X-Forwarded-For", lines)).isEqualTo(client);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '>',
      quoteCharacter = '~',
      value = {
        "for=192.0.2.1                                        > 192.0.2.1",
        "For=192.0.2.1;proto=https;by=10.0.0.1                > 192.0.2.1",
        "proto=https; FOR=\"192.0.2.1:4711\"                  > 192.0.2.1",
        "for=\"[2001:db8::1]:443\"                            > 20010db800000000:0",
        "for=1.1.1.1, for=192.0.2.1                           > 192.0.2.1",
        "for=192.0.2.1;host=a, for=10.2.2.2                   > 192.0.2.1",
        "for=1.1.1.1¶for=192.0.2.1                            > 192.0.2.1",
        "for=\"1.1.1.1, for=192.0.2.1                         > 192.0.2.1",
        "for=unknown                                          > 10.0.0.1",
        "for=_hidden                                          > 10.0.0.1",
        "for=\"_hidden:_port\"                                > 10.0.0.1",
        "for=1.1.1.1, proto=https                             > 10.0.0.1",
        "for=                                                 > 10.0.0.1",
        "for                                                  > 10.0.0.1",
        "192.0.2.1                                            > 10.0.0.1",
        "for=1.1.1.1, for=\"192.0.2.1                         > 10.0.0.1",
        "for=1.1.1.1, for=2001:db8::1\"                       > 10.0.0.1",
        // a client chooses the host, and what a proxy quotes of it
        "for=192.0.2.1;host=\"a, for=6.6.6.6;b=\"            > 192.0.2.1",
        "host=\"a;for=6.6.6.6;b=\";for=192.0.2.1             > 192.0.2.1",
        "host=\"\\\", for=6.6.6.6;b=\\\"\";for=192.0.2.1      > 192.0.2.1",
        "host=\"\\\\\";for=192.0.2.1                         > 192.0.2.1",
        "host=\"a, for=6.6.6.6\", for=192.0.2.1              > 192.0.2.1",
        "for=\"6.6.6.6;host=a, for=192.0.2.1;host=\"b,c\"    > 192.0.2.1",
        "for=\"\\192.0.2.1\"                                 > 10.0.0.1",
        "for=192.0.2.1;for=6.6.6.6                            > 10.0.0.1",
        "for=\"192.0.2.1\"x                                   > 10.0.0.1",
        "for=[2001:db8::1]                                    > 20010db800000000:0",
        "for=\"[fe80::1%eth0]\"                               > fe80000000000000:0",
      })
  void readsForwardedFromTheRight(String lines, String client) {
    assertThat(client("Forwarded", lines)).isEqualTo(client);
  }

  @Test
  void readsOnlyTheNeededEndOfALongHeader() {
    String hostile = "1.1.1.1,".repeat(100_000) + "192.0.2.1";
    assertThat(client("X-Forwarded-For", hostile)).isEqualTo("192.0.2.1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"10.0.0.2,", "\"", "\\\"", "\",", ":", "1:", ".", "for=10.0.0.2;", "["})
  void readsHostileHeadersInLinearTime(String hostile) {
    assertTimeoutPreemptively(
        Duration.ofSeconds(5),
        () -> {
          client("X-Forwarded-For", hostile.repeat(200_000));
          client("Forwarded", "for=" + hostile.repeat(200_000));
        });
  }

  @Test
  void identifiesIpv6ClientsByTheConfiguredPrefix() {
    IpAddress address = IpAddress.parse("2001:db8:1:2:3:4:5:6").orElseThrow();
    assertThat(
            IntStream.of(1, 48, 64, 65, 128)
                .mapToObj(bits -> new TrustedProxies(new ClientSettings(TRUSTED, "", bits)))
                .map(proxies -> proxies.key(address)))
        .containsExactly(
            "0:0",
            "20010db800010000:0",
            "20010db800010002:0",
            "20010db800010002:0",
            "20010db800010002:3000400050006");
  }

  @ParameterizedTest
  @CsvSource({
    "10.0.0.1, true",
    "10.255.255.255, true",
    "11.0.0.0, false",
    "::ffff:10.1.2.3, true",
    "2001:db8:ffff:1::1, true",
    "2001:db8:fffe::1, false",
    "::a00:1, false",
  })
  void trustsTheConfiguredNetworks(String address, boolean trusted) {
    assertThat(proxies("Forwarded").trusts(IpAddress.parse(address).orElseThrow()))
        .isEqualTo(trusted);
  }

  @Test
  void trustsWholeFamiliesAndSingleAddresses() {
    TrustedProxies all =
        new TrustedProxies(new ClientSettings(List.of("0.0.0.0/0", "::1"), "Forwarded", 64));
    assertThat(all.trusts(IpAddress.parse("8.8.8.8").orElseThrow())).isTrue();
    assertThat(all.trusts(IpAddress.parse("::1").orElseThrow())).isTrue();
    assertThat(all.trusts(IpAddress.parse("::2").orElseThrow())).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"10.0.0.0/33", "10.0.0", "proxy", "::/129", "10.0.0.0/x", "10.0.0.0/", "/8"})
  void refusesATextThatIsNotANetwork(String network) {
    assertThatThrownBy(
            () -> new TrustedProxies(new ClientSettings(List.of(network), "Forwarded", 64)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(
            "sluice.client.trusted-proxies: \"" + network + "\" is not a network");
  }

  @Test
  void warnsOnceOfAnUntrustedSenderOfTheHeader() {
    TrustedProxies proxies = proxies("X-Forwarded-For");
    IpAddress trusted = IpAddress.parse("10.0.0.1").orElseThrow();
    IpAddress untrusted = IpAddress.parse("192.0.2.9").orElseThrow();
    try (LogLines log = new LogLines()) {
      proxies.sender(trusted, () -> List.of("192.0.2.1"));
      proxies.sender(untrusted, List::of);
      assertThat(log.lines()).isEmpty();
      for (int i = 0; i < 3; i++) {
        assertThat(proxies.sender(untrusted, () -> List.of("192.0.2.1"))).isEqualTo(untrusted);
      }
      assertThat(log.lines())
          .singleElement()
          .asString()
          .startsWith("192.0.2.9 sends the header X-Forwarded-For but is not among");
    }
  }
}
