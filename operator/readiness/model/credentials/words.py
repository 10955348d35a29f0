"""The vocabulary: words of names that promise a credential or take the promise back, words that are none."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


PASSWORDS = _words(
    """
    dbpass mailpass masterauth mypass mysqlpass pass passcode passphrase passwd password passwords
    pgpass pswd pw pwd redispass requirepass rootpass smtppass sshpass userpass
    """
)
PASSWORD_ENDS = ("password", "passwd", "passphrase")

SECRETS = _words("cred creds credential credentials secret secrets token tokens")
SECRET_ENDS = (
    "accesskey",
    "apikey",
    "authkey",
    "privatekey",
    "secret",
    "secretkey",
    "signingkey",
    "token",
)

# Before 'key' they make it a secret. Any other key (primary, routing, cache) counts only if it looks random.
STRONG_KEYS = _words(
    """
    access account aes api auth cipher crypt crypto decryption deploy encrypt encryption hmac jwt master
    private secret shared signing storage webhook
    """
)
LOGINS = _words("auth authorization userpwd")
HINTS = _words("bearer cookie hmac jwt key keys mnemonic pat pepper salt sas seed session sign signature")

# Before the credential word: existingSecret, imagePullSecret, nextPageToken, MAX_TOKENS, --ask-password.
DISARMING = _words(
    """
    ask continuation disable enable existing max min next no num page pagination pub public publishable
    pull require show skip sync total use without
    """
)
# After it: the value tells something about the credential. PASSWORD_FILE, SECRET_NAME, TOKEN_TTL, KEY_ID.
BENIGN = _words(
    """
    addr address age alg algo algorithm algorithms annotation arn at attempts audience backend bucket
    budget bundle cache cert certificate certs cfg change changed check checksum class column complexity
    conf config context cost count created crt date days desc description dest digest dir directory
    disabled email enabled encoding endpoint endpoints engine env exchange expiration expire expires
    expiry ext field file filename files fingerprint folder format grant group hash header headers help
    hint history host hostname hours id identifier ids index ini interval issuer iterations json kind
    label lang len length level lifespan lifetime limit location manager mapping max message metadata
    method min minutes mode mount ms name names namespace num optional owner param parameter path paths
    pattern period placeholder plugin plugins policy port pref prefix prompt properties provider
    providers queue realm ref reference regex region required reset retries role rotation rounds rules
    scheme scope scopes seconds secs selector serial server service sha size source spec specs status
    stdin store strategy strength subject suffix table template thumbprint time timeout title toml topic
    ttl type types uid update updated uri url urls usage user username users uuid validation validator
    validity var variable verification version volume window xml yaml yml zone
    """
)

# One of these is in every name above, save 'pat', which is in every path: a text without them needs no reading.
ROOTS = (
    "pass",
    "pw",
    "pswd",
    "secret",
    "token",
    "key",
    "cred",
    "auth",
    "cookie",
    "salt",
    "seed",
    "session",
    "sign",
    "hmac",
    "jwt",
    "bearer",
    "sas",
    "pepper",
    "mnemonic",
)

# Values that switch something or name a type, whatever the name.
SWITCHES = _words(
    """
    bool boolean bytes disable disabled enable enabled false int integer n nil no none null number
    object off on str string true undefined y yes ~
    """
)
# Values that choose a way to get or to show a token. Under the name of a password they are passwords.
WAYS = _words(
    """
    always any auto aws azure basic bearer cookie default env environment file gcp header include
    inherit jwt k8s kubernetes ldap local manual never oauth oauth2 oidc omit opaque optional read
    required same-origin saml text vault write
    """
)
# Deliberately short: what nobody runs with. 'secret', 'admin' and 'postgres' are weak passwords, so findings.
PLACEHOLDERS = _words(
    """
    change-me change-this change_me change_this changeme changethis dummy empty example fixme n/a
    password placeholder redacted replace-me replace_me replaceme replacethis sample tbd todo unset
    """
)
# Passwords that products and tutorials come with: no secrets, for everybody knows them.
DEFAULTS = PLACEHOLDERS | _words(
    """
    12345 123456 admin admin123 default dev-secret guest letmein minio minioadmin mongo mysql passw0rd password1
    postgres rabbitmq redis root secret secret-key secretkey supersecret test toor user your-secret-key
    """
)
# What stands before the colon in `${env:NAME}`: not a variable with a default but a place to look.
LOOKUPS = _words("aws base64 config dir directory env file gcp opt param secret secrets self ssm sys vault")
# What follows the name of a flag in a sentence about it: "use --token for that".
PARTICLES = _words("and as by for from if in is must of on or should the to was when while will with")
