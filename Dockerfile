# Builds the WAR and runs it on Payara Micro.   docker build -t sluice . && docker run -p 8080:8080 sluice
FROM maven:3.9-eclipse-temurin-17 AS build
WORKDIR /build
COPY pom.xml ./
COPY src/main src/main
RUN mvn -B -ntp -Dmaven.test.skip=true -Dmaven.javadoc.skip=true -Dmaven.source.skip=true package dependency:copy@payara-micro

FROM eclipse-temurin:17-jre
RUN useradd --system --home-dir /sluice --create-home sluice
WORKDIR /sluice
COPY --from=build --chown=sluice /build/target/payara-micro.jar payara-micro.jar
COPY --from=build --chown=sluice /build/target/sluice.war ROOT.war
COPY --chown=sluice server-config/payara/pre-boot.asadmin pre-boot.asadmin
USER sluice
EXPOSE 8080
# SLUICE_REDIS_URL and the other settings come from the environment.
ENTRYPOINT ["java", "-XX:MaxRAMPercentage=75", "-Dsluice.service.address=http://localhost:${payara.instance.http.port}/", "-jar", "payara-micro.jar", "--nohazelcast", "--prebootcommandfile", "pre-boot.asadmin", "--deploy", "ROOT.war"]
