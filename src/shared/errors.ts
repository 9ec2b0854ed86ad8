/**
 * Every error and every finding that the product can report, in one place. A code is stable: scripts, tests and
 * documents may rely on it. `title` says what happened in a few words, `cause` what usually lies behind it, `remedy` what
 * to do next.
 */
export const errorCatalogue = {
  // What a plan finds about a document's file or row.
  FILE_MISSING: {
    title: 'File not found',
    cause:
      'It was deleted or moved outside of Readur, its volume is not mounted here, or the path is another one on this computer (--map).',
    remedy:
      'Restore the file from a backup to the path shown, then plan again. The row was left as it is; nothing was lost by this run.',
  },
  FILE_RECOVERABLE: {
    title: 'File found in another folder than its row says',
    cause:
      'Readur’s start moves files from the uploads folder into documents/ and leaves absolute paths of rows as they were; or somebody moved the file.',
    remedy:
      'Readur itself cannot find this file. Correct the path of the row to the place shown (or move the file back), then plan again.',
  },
  FILE_UNREADABLE: {
    title: 'File cannot be read',
    cause: 'Readur’s container writes as a user of its own, and files copied or restored by root belong to root.',
    remedy: 'Give the account that runs this program read permission on the file and its folders, then plan again.',
  },
  FILE_NOT_REGULAR: {
    title: 'Not a regular file',
    cause: 'A restore or a copy that went wrong has put something else in the place of the file.',
    remedy:
      'A folder, pipe, socket or device lies where the document should be. Look at the path shown and restore the file.',
  },
  FILE_EMPTY: {
    title: 'File is empty although the document is not',
    cause: 'The disk was full or the server went down while the file was written, or a copy was broken off.',
    remedy: 'The file was cut to zero bytes. Restore it from a backup, then plan again.',
  },
  PATH_LOCAL_ONLY: {
    title: 'Path that Readur finds only while it stores locally',
    cause:
      'The row holds a bare file name, or a path relative to the uploads folder, as older versions of Readur wrote.',
    remedy:
      'With Readur on S3 these documents can’t be opened until their rows are switched, too. They are copied and switched first: keep the time between the two steps short.',
  },
  FILE_SHARED: {
    title: 'Several rows point at one file',
    cause: 'The file was entered twice: by two sources over one folder, or by an older Readur.',
    remedy: 'Each document gets an object of its own. Nothing needs to be done.',
  },
  FILE_NOT_PLACED: {
    title: 'No file is put there',
    cause: 'The row names a place where Readur would not find the file again, such as the root of the uploads folder.',
    remedy:
      'The row stays on S3. Restore the file to documents/ by hand, correct the path of the row, or leave the document on S3.',
  },
  FILE_TAKEN: {
    title: 'Something lies where a file was to be put',
    cause: 'Another file was put there after the local file had gone, or a file of this name was there before.',
    remedy: 'It was left as it is. Look at the path shown, move what lies there, then run again.',
  },
  FILE_UNWRITABLE: {
    title: 'File or folder cannot be written',
    cause: 'The folder belongs to another user, is mounted read-only, or its disk is full.',
    remedy:
      'Give the account that runs this program write permission on the uploads folder, or free space there, then run again.',
  },
  PATH_OUTSIDE: {
    title: 'Path leaves the uploads folder',
    cause:
      'The row was written for another UPLOAD_PATH, or a folder of the uploads was replaced by a link to another disk.',
    remedy:
      'The path climbs out of the uploads folder or passes a symbolic link to the outside, so it was not followed. Correct the row, or allow the folder that it means with --map.',
  },
  PATH_MAPPABLE: {
    title: 'Path of another installation',
    cause: 'The documents were taken over from an installation whose uploads folder had another path.',
    remedy:
      'The same file is in the uploads folder here, and hashes show that it is the right one. Accept the map that is shown, with --map or in the checks, then plan again.',
  },
  PATH_EMPTY: {
    title: 'Row has no path',
    cause: 'An upload or a script that broke off has left a row without its file.',
    remedy: 'The row names no file. Correct or remove it in Readur.',
  },
  OWNER_MISSING: {
    title: 'Document has no owner',
    cause: 'The row was entered by a script, or by a Readur from before documents had owners.',
    remedy: 'Readur puts the owner into the object key. Assign the document to a user, then plan again.',
  },
  KEY_TOO_LONG: {
    title: 'Object path would be longer than the row can hold',
    cause: 'The file name ends in a very long extension, mostly because a dot stands early in a long name.',
    remedy: 'The column holds 500 characters. Shorten the extension of the file name, then plan again.',
  },
  KEY_TAKEN: {
    title: 'Another file of this plan has the same key',
    cause: 'Two processed images of one user have the same file name in different folders.',
    remedy: 'Two rows name different files that would become one object. Correct one of the paths, then plan again.',
  },
  ALREADY_ON_S3: {
    title: 'Already on S3',
    cause: 'An earlier run has moved it, or it was uploaded after Readur was switched to S3.',
    remedy: 'Nothing needs to be done.',
  },
  AWAITS_CUTOVER: {
    title: 'Copied by an earlier run that is yet to be cut over',
    cause: 'That run was made with --copy-only, or from the window in steps, and its rows were not switched yet.',
    remedy: 'Nothing needs to be done here: the cutover of that run switches the row.',
  },

  // What the plan of a rollback, and a check of a run against the world, find.
  ALREADY_LOCAL: {
    title: 'The row points at its local file already',
    cause: 'It was rolled back before, or the run had never switched it.',
    remedy: 'Nothing needs to be done.',
  },
  AWAITS_OCR: {
    title: 'An OCR worker may be about to read the local file',
    cause: 'It was uploaded a short while ago, or OCR was asked for once more.',
    remedy: 'Wait until Readur has worked off its OCR queue, then run again.',
  },
  FILE_STILL_NAMED: {
    title: 'Another row still names the local file',
    cause:
      'Several rows point at one file, directly or past a link, and not all of them were migrated; or a failed upload or an ignored file names it.',
    remedy: 'Migrate that document too, or delete the failed upload in Readur; then run again.',
  },
  FILE_LINKED: {
    title: 'A symbolic link is tied to the local file',
    cause: 'A tool such as rdfind or jdupes replaced equal files by links, or somebody made one by hand.',
    remedy:
      'A link takes no space, and the file that it leads to stays, so that no link leads nowhere. To free its space too, replace the links by copies (cp --remove-destination) or delete them; then run again.',
  },
  NOT_SET_ASIDE: {
    title: 'The local file was never put aside',
    cause: 'free was not run before, or it left this file where it is.',
    remedy: 'Free the run first, and delete later.',
  },
  ALREADY_FREED: {
    title: 'The local file is gone already',
    cause: 'An earlier free has put it aside, or somebody deleted it.',
    remedy: 'Nothing needs to be done.',
  },
  FILE_TO_FETCH: {
    title: 'The local file is gone or damaged',
    cause: 'It was freed or deleted after the migration, the disk has damaged it, or the document was born on S3.',
    remedy: 'It is downloaded from S3, checked and put in place before the row goes back.',
  },
  FILE_TO_RETURN: {
    title: 'The local file is in the quarantine',
    cause: 'The run’s local files were freed, and the database was restored to an earlier state since.',
    remedy: 'It is moved back to the place that the row names, once its content was compared.',
  },
  LOCAL_GONE: {
    title: 'The local file is gone; the document is on S3',
    cause: 'Somebody deleted it after the migration, to save space.',
    remedy: 'Nothing needs to be done: a rollback would download it.',
  },
  ROW_LOCAL: {
    title: 'The row points at its local file although the run had switched it',
    cause: 'Rows were restored from a backup, put back by hand, or rolled back by another record of the run.',
    remedy: 'Somebody has changed it since. Migrate again, or leave it: the copy on S3 is kept.',
  },
  ROW_UNRECORDED: {
    title: 'The row points at S3 although the run has not recorded it',
    cause: 'The run was killed between the commit in the database and its own note of it.',
    remedy: 'Resume the run: it recognises the row. Where it cannot be resumed, roll it back.',
  },
  OBJECT_UNNEEDED: {
    title: 'An object of this run that no row points at',
    cause: 'The run was broken off before it switched the row, or the row was changed or deleted meanwhile.',
    remedy: 'It takes space and does no harm. Roll the run back, and it is removed; resume it, and it is used.',
  },
  KEY_FOREIGN: {
    title: 'The row points at an object that is not of Readur’s making',
    cause: 'The path was written by hand or by another program.',
    remedy: 'Its key is not the one that Readur gives to this document. Look at it, and correct the row by hand.',
  },
  OBJECT_MISSING: {
    title: 'The object is not in the bucket',
    cause:
      'It was deleted in the bucket, by hand or by a rule for old objects; or another bucket is looked at than the one it was sent to.',
    remedy: 'Restore it from a backup of the bucket, or from the local file with the command: repair RUN --re-upload',
  },

  // What an audit finds beside these. Notes are harmless as they are.
  FILE_ORPHAN: {
    title: 'File that no row names',
    cause: 'Its document was deleted while the file could not be, or its upload broke off before there was a row.',
    remedy:
      'No document uses it, and no live document has the same content. Look at it; then repair RUN --quarantine-files moves it aside, which can be undone.',
  },
  FILE_DUPLICATE: {
    title: 'File without a row, equal to a live document',
    cause:
      'Readur stores an upload before it sees that it has the document, and does not always take the second file away.',
    remedy: 'Mostly a duplicate upload that failed. repair RUN --quarantine-files moves it aside, which can be undone.',
  },
  FILE_UNNAMED: {
    title: 'File of a document whose row names another place',
    cause: 'The row was changed or restored from another time than the files.',
    remedy: 'It may be the only copy, so it is left where it is. Correct the path of the row.',
  },
  FILE_NAMED_ELSEWHERE: {
    title: 'File that only failed_documents or ignored_files name',
    cause:
      'Readur could not read or enter this file, and remembers it without a document; or a user has deleted the document and asked to ignore the file.',
    remedy: 'Readur may offer it to its user once more. Nothing needs to be done.',
  },
  FILE_JUNK: {
    title: 'File of the operating system or an unfinished copy',
    cause: 'A network drive, a file manager or a copy that broke off has left it.',
    remedy: 'It isn’t a document. repair RUN --quarantine-files moves it aside, or leave it where it is.',
  },
  FILE_UNSEEN: {
    title: 'File or folder that could not be checked',
    cause: 'Its name is not valid UTF-8, or the account that runs this program may not read the folder.',
    remedy:
      'Rename it, or give this account read permission, then audit again. In the name shown, \\xE9 stands for a byte that isn’t valid UTF-8.',
  },
  FILE_RECENT: {
    title: 'New file without a row',
    cause: 'Readur writes the file first and the row after it.',
    remedy: 'Readur may be about to enter it. Audit again later.',
  },
  FILE_DERIVED: {
    title: 'Processed image that no row names, of a document that is there',
    cause: 'OCR of an older Readur kept its pictures without writing them down.',
    remedy: 'Left by an older Readur. Nothing needs to be done.',
  },
  FILE_TWIN: {
    title: 'File not found, but another document has the same content',
    cause: 'The same content was uploaded by two users, and the file of one was lost.',
    remedy:
      'Copy the file of the document that is named to the path shown; then audit again. The row is never removed while its content exists.',
  },
  FILE_SET_ASIDE: {
    title: 'The file lies in the quarantine',
    cause: 'The file was put aside by this program while its row was or went back to local.',
    remedy: 'repair RUN --fix-paths puts it back to where the row says.',
  },
  FILE_ON_S3: {
    title: 'The file is gone; the document is in the bucket',
    cause: 'The local file was freed or deleted, and the row was put back to its local path without it.',
    remedy: 'repair RUN --fix-paths reads the object, compares its hash, and points the row at it.',
  },
  FILE_UNPROVEN: {
    title: 'The file is gone; something that may be the document was found, and nothing can prove it',
    cause:
      'The row has no recorded hash, or the photograph was rotated after it was hashed, or what carries the document’s id has other bytes.',
    remedy:
      'Open what is named. If it is the document, point the row at it: UPDATE documents SET file_path = … WHERE id = …. The row is never removed while it is there.',
  },
  OBJECT_UNPROVEN: {
    title: 'The object is gone; something that may be the document was found, and nothing can prove it',
    cause:
      'No hash is recorded, the photograph was rotated after it was hashed, or an object with the document’s id holds other bytes.',
    remedy:
      'If a run has moved the document, rollback of that run may bring it back. Else open what is named. If it is the document, point the row at it: UPDATE documents SET file_path = … WHERE id = …. The row is never removed while it is there.',
  },
  OBJECT_ORPHAN: {
    title: 'Object that no row points at',
    cause: 'Readur looks for the object under the month of the deletion, so deleted documents leave theirs behind.',
    remedy:
      'It was made for this database, and its document is not there any more. repair RUN --remove-objects saves it to the quarantine and removes it, which can be undone.',
  },
  OBJECT_UNMARKED: {
    title: 'Object that no row points at and that does not say whose it is',
    cause: 'Readur itself or another program has made it; only this program marks its objects.',
    remedy:
      'Readur itself leaves such objects when a document is deleted. Only if no other Readur uses this bucket: repair RUN --remove-objects --unmarked.',
  },
  OBJECT_RECENT: {
    title: 'New object that no row points at',
    cause: 'Readur sends the object first and writes the row after it.',
    remedy: 'Readur may be about to enter it. Audit again later.',
  },
  OBJECT_SPARE: {
    title: 'Object of a document whose row points elsewhere',
    cause: 'A run copied it and did not switch the row yet, or the row went back and the object was kept.',
    remedy:
      'A copy that waits for its cutover, or one that was left behind. It is never removed while the document is there.',
  },
  OBJECT_NOT_OURS: {
    title: 'Object that is none of this Readur',
    cause: 'Two Readurs share the bucket, for example one for tests, or somebody has put the object there by hand.',
    remedy: 'Its key is none of Readur’s, or it was made for another database. It is left alone.',
  },
  OBJECT_NAMED_ELSEWHERE: {
    title: 'Object that only failed_documents or ignored_files name',
    cause: 'Readur could not read or enter this object, and remembers it without a document.',
    remedy: 'Nothing needs to be done.',
  },
  OBJECT_SHARED: {
    title: 'Several rows point at one object',
    cause: 'The path of one row was copied to another, by hand or by a script.',
    remedy:
      'When one of these documents is deleted, Readur deletes the object of the others too. Upload one of them anew.',
  },
  OBJECT_DAMAGED: {
    title: 'The object is not the document',
    cause: 'Something else was written to its key, or what was uploaded was damaged on the disk before.',
    remedy:
      'Size or bytes are not those that were uploaded to Readur. Restore the object from a backup or an older version of it.',
  },
  OBJECT_RECOVERABLE: {
    title: 'The object is gone; the document lies elsewhere',
    cause: 'The object was deleted in the bucket while a local copy, or one under another key, was kept.',
    remedy: 'repair RUN --fix-paths compares the hash and points the row at the place shown.',
  },
  MOST_MISSING: {
    title: 'Too much is missing to delete rows for it',
    cause: 'A volume or network drive is not mounted, or another folder or bucket was named than Readur’s.',
    remedy:
      'Perhaps the uploads folder is not mounted, or the bucket is another one. Look at both, then audit again. If the documents are gone indeed, delete them in Readur.',
  },
  ROW_NOT_GONE: {
    title: 'The document was found after all',
    cause: 'It was restored after the audit, or the audit could not see the place where it lies.',
    remedy: 'Nothing was changed. Audit again to see how things stand.',
  },

  // What can happen to one item while it is copied, verified and committed.
  SOURCE_CHANGED: {
    title: 'File changed since it was planned or while it was read',
    cause: 'Something writes to the uploads: Readur turning a photograph, a synchronisation, a restore.',
    remedy: 'The copy was discarded. Run again when nothing writes to the file.',
  },
  HASH_MISMATCH: {
    title: 'File is damaged',
    cause: 'The disk or a copy has damaged the file, or somebody has put another one in its place.',
    remedy:
      'The bytes on disk are not those that were uploaded to Readur. Restore the file from a backup, then run again.',
  },
  IMAGE_REENCODED: {
    title: 'Image differs from its recorded hash',
    cause: 'The photograph said which side is up, and “auto rotate” is on in Readur.',
    remedy:
      'Readur turns photographs upright after it has computed the hash, so this is expected. The stored bytes were copied.',
  },
  OBJECT_UNENCRYPTED: {
    title: 'The object is not encrypted as the connection asks',
    cause: 'It was copied before the encryption was set in the connection, or by another program.',
    remedy:
      'Roll back the run that copied it, then migrate again. Or set the encryption of the connection back (S3_SSE), then make a new plan.',
  },
  OBJECT_DIFFERS: {
    title: 'Another object lies at the key of this document',
    cause:
      'An earlier tool, or another Readur on this bucket, has used the key; or the local file has changed since it was sent.',
    remedy: 'It was left as it is. Compare it with the local file, move or remove it, then run again.',
  },
  VERIFY_FAILED: {
    title: 'The stored object is not what was sent',
    cause:
      'Something between here and the storage changes data: a proxy, a faulty network card or memory, a service that re-encodes.',
    remedy:
      'The bad copy was removed and the row was left alone. Run again; if it happens again, check the storage service.',
  },
  ROW_CHANGED: {
    title: 'The row was changed by someone else',
    cause: 'A user, an administrator or another tool has written to the row during the run.',
    remedy: 'The row was left as it is now. Plan again to see it in its new state.',
  },
  ROW_TAKEN: {
    title: 'Another run has switched the row already',
    cause: 'Two runs have planned the same document, and the other one came first.',
    remedy: 'Nothing needs to be done: the document is on S3, and that run can undo it.',
  },
  ROW_VANISHED: {
    title: 'The document was deleted in the meantime',
    cause: 'A user deleted the document while the run went on.',
    remedy: 'Nothing needs to be done. The copy that this run made was removed.',
  },
  ROW_LOCKED: {
    title: 'The row is locked by another session',
    cause: 'A backup tool, a maintenance job or a transaction that somebody left open holds the row.',
    remedy: 'Something else holds this row. Wait for it or end that session, then run again.',
  },
  INTERRUPTED: {
    title: 'Interrupted',
    cause: 'It was cancelled, the program was ended, or the computer was shut down.',
    remedy: 'Run again: what is done stays done and is not sent twice.',
  },

  // The object store.
  S3_UNREACHABLE: {
    title: 'Cannot reach the storage service',
    cause: 'The address or its port is wrong, the service is down, or a firewall or proxy stands in between.',
    remedy: 'Check the address of the storage service (S3_ENDPOINT_URL), the network and the firewall, then run again.',
  },
  S3_ACCESS_DENIED: {
    title: 'The storage service denied access',
    cause:
      'The policy of the key lacks a permission, a policy of the bucket denies it, or the bucket belongs to another account.',
    remedy:
      'The key needs s3:PutObject, s3:GetObject, s3:DeleteObject and s3:AbortMultipartUpload on the objects, s3:ListBucket and s3:ListBucketMultipartUploads on the bucket.',
  },
  S3_UNKNOWN_KEY: {
    title: 'The storage service does not know the access key',
    cause: 'The key was deleted, is of another service or account, or was cut when it was pasted.',
    remedy:
      'Check the access key (S3_ACCESS_KEY_ID), and that it is one of this service. A deleted key is unknown too.',
  },
  S3_WRONG_SECRET: {
    title: 'The secret key does not belong to the access key',
    cause: 'The secret is of another key, was cut or got a blank when it was pasted, or was made anew since.',
    remedy: 'Enter the secret key (S3_SECRET_ACCESS_KEY) once more; it is shown only once, when the key is made.',
  },
  S3_TOKEN_EXPIRED: {
    title: 'The credentials have expired',
    cause: 'A session token (AWS SSO, assumed roles) is good for hours only.',
    remedy: 'These are temporary credentials, and they end with their session. Use an access key that lasts.',
  },
  S3_BAD_CREDENTIALS: {
    title: 'The storage service does not accept the credentials',
    cause: 'The keys are of another service, or a session token was entered that does not belong to them.',
    remedy: 'Check access key and secret key (S3_ACCESS_KEY_ID, S3_SECRET_ACCESS_KEY).',
  },
  S3_TLS: {
    title: 'No trusted encrypted connection to the storage service',
    cause:
      'The certificate is self-signed or has expired, its authority is unknown here, or the service speaks plain HTTP.',
    remedy:
      'The certificate must name the host of the storage address and come from a known authority. For an authority of your own, set the CA file in the connection (S3_CA_FILE). For a service without TLS, write http://.',
  },
  PROXY_REFUSED: {
    title: 'The proxy refuses the connection',
    cause: 'The proxy of HTTPS_PROXY or HTTP_PROXY asks for a login, or does not allow this host.',
    remedy:
      'Put user name and password into the proxy’s address (HTTPS_PROXY=http://user:password@proxy:3128), or add the host to NO_PROXY. Then start Readur Migrate again.',
  },
  PROXY_UNREACHABLE: {
    title: 'No connection through the proxy',
    cause: 'The proxy of HTTPS_PROXY or HTTP_PROXY is down or has another address, or it can’t reach the service.',
    remedy:
      'Check the proxy’s address (HTTPS_PROXY, HTTP_PROXY). For a host that is reached without it, add the host to NO_PROXY. Then start Readur Migrate again.',
  },
  S3_NO_BUCKET: {
    title: 'The bucket does not exist',
    cause: 'The name is misspelt, the bucket was never made, or it is on another service than the address leads to.',
    remedy: 'Create the bucket, or correct its name (S3_BUCKET_NAME).',
  },
  S3_WRONG_REGION: {
    title: 'The bucket lies in another region',
    cause: 'S3_REGION is still the default, us-east-1, and the bucket was made elsewhere.',
    remedy: 'Set the region (S3_REGION) to that of the bucket.',
  },
  S3_CLOCK_SKEW: {
    title: 'The clock of this computer is wrong',
    cause: 'The computer does not ask a time server, or woke from a long sleep as a virtual machine.',
    remedy: 'S3 refuses requests whose time is off by minutes. Set the clock, then run again.',
  },
  S3_THROTTLED: {
    title: 'The storage service asks for fewer requests',
    cause: 'More requests at once than the service allows this account, or others use it heavily at the same time.',
    remedy: 'It kept refusing after many tries. Run again later, or with a lower --parallel-uploads.',
  },
  S3_REJECTED: {
    title: 'The storage service refused the request',
    cause:
      'The service knows no such operation or setting, or has a limit of its own (quota, object lock, name of a key).',
    remedy: 'The row was left alone. What the service says is shown with it; its own manual knows the word.',
  },
  S3_INTEGRITY: {
    title: 'The storage service received other bytes than were sent',
    cause: 'A proxy, a network card or memory has changed data on the way.',
    remedy:
      'The upload was refused by its checksum. Check the network path and memory of this computer, then run again.',
  },
  S3_SCHEME: {
    title: 'http and https are mixed up in the storage address',
    cause: 'The address says https and the port speaks http, or the other way round.',
    remedy: 'Change http:// to https:// in the storage address (S3_ENDPOINT_URL), or https:// to http://.',
  },
  S3_NOT_S3: {
    title: 'What answers is not a storage service',
    cause:
      'The address is that of a web console (MinIO’s is often port 9001, its S3 API port 9000), a login page, a website or a proxy.',
    remedy: 'Enter the address of the S3 API as the storage address (S3_ENDPOINT_URL).',
  },
  S3_BODY_LIMIT: {
    title: 'The upload is too large for a proxy or the storage service',
    cause: 'A proxy in front of the storage service limits the size of requests. The default of nginx is 1 MB.',
    remedy:
      'Raise the limit of the proxy (nginx: client_max_body_size 0;), or enter the address of the storage service itself. Then run again.',
  },
  VERSIONS_STAY: {
    title: 'Removed objects stay as old versions and are billed',
    cause: 'The bucket keeps versions, or locks objects.',
    remedy:
      'To delete them later, add a lifecycle rule for old versions (NoncurrentVersionExpiration) to the bucket, or delete them there.',
  },
  S3_LIFECYCLE: {
    title: 'A lifecycle rule of the bucket deletes documents',
    cause: 'The rule was made for other files, or for the whole bucket.',
    remedy:
      'Limit the rule to other keys than documents/, processed_images/ and readur-migrate/, or delete it. Then run again.',
  },
  S3_OPTION_IGNORED: {
    title: 'The storage service ignores an option of the connection',
    cause: 'The service does not know this storage class or kind of encryption, and says nothing about it.',
    remedy:
      'Remove the storage class or encryption from the connection (S3_STORAGE_CLASS, S3_SSE), or choose one that the service has. Then make a new plan.',
  },
  S3_STRANGE: {
    title: 'The storage service gives answers that cannot be right',
    cause:
      'A proxy or another program answers in its place, or the service has a fault: its listing repeats itself, its answer never ends, or it compresses what was asked for as it is.',
    remedy: 'Check the address of the service (S3_ENDPOINT_URL) and what lies between, then run again.',
  },

  // The SSH server, and what is reached through it.
  SSH_HOST_UNKNOWN: {
    title: 'The name of the SSH server is not known',
    cause: 'The name is misspelt, or only a VPN or another network knows it.',
    remedy: 'Check the host name, and the network or VPN that knows it.',
  },
  SSH_UNREACHABLE: {
    title: 'Cannot reach the SSH server',
    cause: 'The server is down, SSH listens on another port, or a firewall drops the connection.',
    remedy: 'Check host and port, that the SSH server runs, and the firewalls on the way.',
  },
  SSH_NOT_SSH: {
    title: 'What answers there is not an SSH server',
    cause: 'The port is that of a web server or a proxy, or the server drops logins that come too fast.',
    remedy: 'Check the port: SSH servers mostly listen on 22. A busy server may also drop new connections: try again.',
  },
  SSH_NO_COMMON_ALGORITHM: {
    title: 'The SSH server and this program have no algorithm in common',
    cause: 'The server is very old, or was restricted to a few algorithms.',
    remedy:
      'Where only ssh-rsa is missing, allow it for this server: “Allow ssh-rsa” in the connection, or HostKeyAlgorithms +ssh-rsa in ~/.ssh/config. Otherwise let the server offer curve25519-sha256 or ECDH for the key exchange and AES-GCM or AES-CTR for encryption. A server with chacha20-poly1305 alone cannot be used.',
  },
  SSH_HOST_KEY_UNKNOWN: {
    title: 'The SSH server is not known yet',
    cause: 'It is the first connection to this server from this account.',
    remedy:
      'Compare the fingerprint with the one that the administrator of the server names. Accept it in the window, or with --accept-new-host-key and the fingerprint.',
  },
  SSH_HOST_KEY_CHANGED: {
    title: 'The SSH server has another key than before',
    cause: 'The server was installed anew or has another address now; or somebody answers in its place.',
    remedy:
      'Somebody may be intercepting the connection. Ask the administrator of the server whether its key was changed; only then remove the old key from the file shown.',
  },
  SSH_HOST_KEYS_UNREADABLE: {
    title: 'The list of known SSH servers cannot be read',
    cause: 'A line of the file is damaged, or the file belongs to another user.',
    remedy: 'Without it no server can be told from an impostor. Mend the file shown, or the permission to read it.',
  },
  SSH_AUTH_FAILED: {
    title: 'The SSH server does not accept the login',
    cause:
      'The user name is wrong, the public key is not in authorized_keys of that user, or passwords are switched off.',
    remedy: 'Check the user name, and that one of the ways to log in that the server offers is set up; they are shown.',
  },
  SSH_FORWARD_REFUSED: {
    title: 'The SSH server does not allow connections through it',
    cause: 'The server’s sshd_config, or a restriction beside the key in authorized_keys, forbids forwarding.',
    remedy: 'Set AllowTcpForwarding yes (AllowStreamLocalForwarding for a Unix socket, and PermitOpen) on the server.',
  },
  SSH_FORWARD_FAILED: {
    title: 'The SSH server cannot reach the address',
    cause:
      'Nothing listens at that address as the server sees it: a container publishes no port, or on another address.',
    remedy:
      'The address is looked up on the SSH server, not on this computer. For a service on that very server use 127.0.0.1.',
  },
  SSH_LOST: {
    title: 'The connection to the SSH server was lost',
    cause: 'The network broke off, the server was restarted, or a firewall forgot a quiet connection.',
    remedy: 'Check the network and the server, then run again.',
  },
  SSH_TOO_MANY_SESSIONS: {
    title: 'The SSH server allows no further session',
    cause: 'MaxSessions is 10 by default, and each channel for files and commands counts.',
    remedy: 'Raise MaxSessions on the server, or close other sessions of this connection.',
  },
  SSH_CONFIG_INVALID: {
    title: 'The SSH configuration cannot be used',
    cause: 'A line of ~/.ssh/config is misspelt, or a file that it names is not there.',
    remedy: 'Correct the line or file shown, or enter host, port, user and key by hand.',
  },
  SSH_PROXY_COMMAND: {
    title: 'This server is reached through another program',
    cause:
      'The SSH configuration names a ProxyCommand. A program is started only after you have allowed that exact command.',
    remedy:
      'Allow the command below the host in the connection, or with --ssh-proxy-command. Where a program is not run at all, use ProxyJump or enter the jump host by hand.',
  },
  SFTP_UNAVAILABLE: {
    title: 'The SSH server offers no file transfer (SFTP)',
    cause: 'The subsystem is switched off, or the account may only run one command.',
    remedy: 'Enable it on the server: Subsystem sftp internal-sftp in sshd_config.',
  },
  COMMANDS_REFUSED: {
    title: 'No programs can be run there',
    cause: 'The account has no shell (nologin), or its key is bound to one command.',
    remedy:
      'Log in as an account with a shell. Without one all but what needs Docker or other programs of the server still works.',
  },
  CONTAINER_UNREACHABLE: {
    title: 'The container cannot be reached',
    cause:
      'The container is stopped or has another name, or the account may not use Docker, Podman or the Kubernetes cluster.',
    remedy:
      'Check the name with docker ps, podman ps or kubectl get pods, and that the container is running. For Docker the account must be in the group docker; for Kubernetes it needs the right to create pods/exec. sudo is never used.',
  },
  CONTAINER_LOST: {
    title: 'The connection to the container was lost',
    cause: 'The container, or what runs it, was restarted, for example by an update.',
    remedy: 'Check that the container runs, then run again: what is done stays done.',
  },

  // The database.
  DB_UNREACHABLE: {
    title: 'Cannot reach the database',
    cause: 'PostgreSQL is stopped, listens inside of Docker’s network alone, or a firewall stands in between.',
    remedy:
      'Check host and port of the database (DATABASE_URL), that PostgreSQL runs and accepts connections from here.',
  },
  DB_TOO_MANY_CONNECTIONS: {
    title: 'The database takes no more connections',
    cause: 'Many clients at once, a limit for this user, or a small pool. A run needs three connections.',
    remedy:
      'All available connections are in use; Readur alone can use 50. Close some, or raise the limit: max_connections in PostgreSQL, CONNECTION LIMIT of the user, or the pool size of a pooler.',
  },
  DB_BAD_CREDENTIALS: {
    title: 'The database does not accept the login',
    cause:
      'The password was changed after the database was made (POSTGRES_PASSWORD counts at the first start only), or a special character of it is not encoded in the address.',
    remedy: 'Check user and password of the database, in the connection or in DATABASE_URL.',
  },
  DB_MISSING: {
    title: 'The database does not exist',
    cause: 'The name is misspelt, or it is another PostgreSQL server than Readur’s.',
    remedy: 'Check the name of the database, in the connection or in DATABASE_URL.',
  },
  DB_NOT_READUR: {
    title: 'This is not a Readur database, or one of an unknown version',
    cause:
      'It is another database of the same server, Readur has never been started on it, or it is a much older or newer Readur.',
    remedy: 'Check the database name in DATABASE_URL: the tables or columns shown are needed, and are not there.',
  },
  DB_PRIVILEGE: {
    title: 'The database user lacks a privilege',
    cause: 'The login is a role made for reading, or not the owner of Readur’s tables.',
    remedy: 'Connect as the user that Readur uses (the owner of its tables), or grant SELECT and UPDATE on them.',
  },
  DB_ROWS_HIDDEN: {
    title: 'The database hides rows from this user',
    cause: 'Row-level security is enabled on the tables shown, and its policies apply to this user.',
    remedy:
      'A run has to see every row. Connect as a user that the policies don’t apply to: the owner of the tables, or a role with BYPASSRLS.',
  },
  DB_SETTING: {
    title: 'A setting of the database prevents a safe run',
    cause: 'An administrator has changed it for this user or this database, and the user can’t change it back.',
    remedy:
      'Ask an administrator to reset the setting shown for this user and this database (ALTER ROLE … RESET …, ALTER DATABASE … RESET …).',
  },
  DB_POOL_MODE: {
    title: 'The connection pooler doesn’t keep sessions',
    cause: 'PgBouncer or a similar program runs with pool_mode = transaction or statement.',
    remedy:
      'Connect to PostgreSQL itself (usually port 5432), or set pool_mode = session for this database in the pooler. The lock that keeps two runs apart needs a session.',
  },
  DB_POOLER: {
    title: 'The connection pooler refused the connection',
    cause: 'PgBouncer or a similar program doesn’t support something that was requested.',
    remedy:
      'See the pooler’s own message above. Connect to PostgreSQL itself (usually port 5432), or change the pooler’s settings.',
  },
  LOCK_RENEWED: {
    title: 'The connection that held the lock of the database was lost',
    cause: 'The network or the database broke off for a moment.',
    remedy: 'Nothing needs to be done: what was proved before is proved again, then the run goes on.',
  },
  DB_BUSY: {
    title: 'Another run works on this database',
    cause:
      'A run goes on in another window, terminal or computer, or one was killed and the server has not noticed yet.',
    remedy: 'Only one run at a time may change a database. Wait for the other one or stop it.',
  },
  DB_TIMEOUT: {
    title: 'The database took too long',
    cause: 'Another session holds a lock, the server is overloaded, or the limit is short for a table of this size.',
    remedy: 'Raise DATABASE_TIMEOUT (seconds), or look for long transactions that block it.',
  },
  DB_LOST: {
    title: 'The connection to the database was lost',
    cause:
      'PostgreSQL was restarted or ran out of memory, an administrator ended the session, or the network broke off.',
    remedy: 'Check the database and the network, then run again.',
  },
  DB_REJECTED: {
    title: 'The database refused a statement',
    cause:
      'A trigger or constraint that Readur does not have, a full disk of the server, or a standby that may only be read.',
    remedy: 'The transaction was rolled back. What PostgreSQL says is shown with it.',
  },
  DB_STRANGE: {
    title: 'The database answers with more than was asked for',
    cause:
      'Another program answers in its place, or one document has a text of more than 64 MiB and was to be saved before its row is deleted.',
    remedy:
      'Check that DATABASE_URL leads to Readur’s own database. A row that is this large can only be deleted in Readur itself.',
  },
  DB_TLS: {
    title: 'No trusted encrypted connection to the database',
    cause:
      'The certificate is self-signed or names another host, or the server offers no encryption while sslmode asks for it.',
    remedy:
      'Check sslmode and sslrootcert in DATABASE_URL: they mean what they mean to psql. The host must be the one that the certificate names.',
  },
  DB_LOGIN_UNSAFE: {
    title: 'The database asks for a login that the settings do not allow',
    cause:
      'The server is set up for another method, a pooler such as PgBouncer stands in between, or something poses as the server.',
    remedy:
      'No password was sent. Check pg_hba.conf and password_encryption of the server, or change require_auth or channel_binding in DATABASE_URL.',
  },
  DB_WRONG_SERVER: {
    title: 'This is not the database server that the settings ask for',
    cause: 'The primary and its standby changed places, or the address leads to the other one.',
    remedy: 'Name the address of the right server, or change target_session_attrs in DATABASE_URL.',
  },
  SOURCE_WOULD_INGEST: {
    title: 'A Readur source watches the folder that we would write to',
    cause: 'An S3 source was made for the same bucket, and its folders hold documents/.',
    remedy:
      'Readur would import every migrated file once more. Disable that S3 source, or change its watch folders, then run again.',
  },

  // Readur itself.
  READUR_UNREACHABLE: {
    title: 'Readur cannot be reached',
    cause: 'Readur is stopped, or its address or port as seen from here is another.',
    remedy: 'Check the address of Readur (READUR_URL), and that it runs. A migration does not need it.',
  },
  READUR_TLS: {
    title: 'No trusted encrypted connection to Readur',
    cause: 'The certificate is self-signed or has expired, its authority is unknown here, or Readur speaks plain HTTP.',
    remedy:
      'The certificate must name the host of Readur’s address and come from a known authority. For an authority of your own, set the CA file in the connection (S3_CA_FILE). For a Readur without TLS, write http://.',
  },
  READUR_STRANGE: {
    title: 'What answers there is not Readur, or not well',
    cause: 'A reverse proxy answers in its place, or the address leads to another program.',
    remedy: 'Check the address of Readur (READUR_URL): it is the one in the browser, without a path of its pages.',
  },
  READUR_TOKEN: {
    title: 'Readur does not accept the token',
    cause: 'The token has expired, was cut when it was pasted, or is of another Readur.',
    remedy: 'Make a new one (an API key of your account in Readur, or log in anew) and enter it as READUR_TOKEN.',
  },
  CANARY_FAILED: {
    title: 'Readur does not serve documents from this bucket yet',
    cause:
      'Readur was not restarted with the S3 settings, has another bucket, endpoint or keys, or is older than 2.9.2.',
    remedy:
      'No other row was switched, and every document is where Readur finds it. Correct Readur’s settings, restart it, and resume the run.',
  },
  READUR_NO_DOCUMENT: {
    title: 'Readur does not hand out the document',
    cause: 'Readur was not restarted after it was switched, uses another bucket, or the document is of another user.',
    remedy:
      'Readur cannot read the file that the row names, or the token may not see the document. Check where Readur stores (S3_ENABLED), restart it, and look into its log.',
  },

  READUR_NOT_SWITCHED: {
    title: 'Documents were switched before Readur',
    cause: 'Their rows were switched to S3 before Readur was known to use this bucket.',
    remedy:
      'Write the S3 settings of this connection into Readur’s settings and restart it: it opens these documents again at once. Or roll the run back.',
  },
  FREE_TOO_EARLY: {
    title: 'Too early to free up space',
    cause:
      'Local files are the way back for as long as Readur is not known to use the bucket and the run is not validated.',
    remedy:
      'Switch Readur to the bucket and validate the run first. To free up space all the same, confirm it (on the command line with --anyway).',
  },

  // The uploads folder, settings and our own files.
  UPLOADS_MISSING: {
    title: 'The uploads folder was not found',
    cause:
      'The path is that inside of the container, the volume is not mounted, or it is the folder above or below the right one.',
    remedy: 'Name the folder that holds documents/, in the connection or with READUR_UPLOADS_DIR, --uploads or --map.',
  },
  SETTING_MISSING: {
    title: 'A setting is missing',
    cause: 'No env file was named, or the setting stands in the compose file alone.',
    remedy: 'Enter it in the connection, or set it in the environment or in the file named with --env-file.',
  },
  SETTING_INVALID: {
    title: 'A setting is not valid',
    cause: 'A typing error, or a ${VARIABLE} that nobody has put in.',
    remedy: 'Correct the value shown.',
  },
  SETTINGS_FILE_MISSING: {
    title: 'Settings file not found',
    cause: 'The path has a typo or is relative to another folder, or the file was moved.',
    remedy: 'Check the path of the file.',
  },
  SECRET_ELSEWHERE: {
    title: 'A saved password is for another address',
    cause: 'The host, port, user or server of the connection changed since the password was saved.',
    remedy: 'Check the address. If it is right, edit the connection and enter the password again.',
  },
  DISCOVERY_UNREADABLE: {
    title: 'What was to be searched for settings cannot be read',
    cause: 'The file is another account’s, or is not the YAML that Docker Compose reads.',
    remedy: 'Choose the docker-compose.yml or .env of Readur, or type the settings.',
  },
  READUR_NOT_FOUND: {
    title: 'No Readur was found',
    cause: 'Its containers are stopped, its image has a name of your own, or Readur runs without Docker.',
    remedy:
      'Choose the docker-compose.yml that starts Readur (the .env beside it is read by itself), or type the settings.',
  },
  NO_ANSWER: {
    title: 'No answer in time',
    cause:
      'What was asked hangs: a firewall that drops silently, a network drive that is away, a server under heavy load.',
    remedy:
      'Check that what is named above runs, and that neither a firewall nor a disk or drive that sleeps is in the way. Then test again.',
  },
  PROFILE_NOT_FOUND: {
    title: 'No such profile',
    cause: 'The name is misspelt, or the profile was made under another account of this computer.',
    remedy: 'See the names with the command: profiles list',
  },
  DELETE_LOCAL: {
    title: 'Local files are not deleted in the run that copied them',
    cause: 'The older tool did that, and lost documents by it.',
    remedy:
      'Migrate without --delete-local. Later, when you have seen that all is well: free RUN puts the local files aside after reading every object back, and free RUN --delete-quarantine deletes them.',
  },
  CONFIRMATION_NEEDED: {
    title: 'This changes something and was not confirmed',
    cause: 'The program runs without a terminal: in a script, behind a pipe, or by docker exec without -it.',
    remedy: 'Look at what it would do (with --dry-run where there is one), then run it again with --yes.',
  },
  ACTION_GONE: {
    title: 'This is not offered any more',
    cause: 'What was found has changed since: the session has ended, the bucket is there, the uploads are gone.',
    remedy: 'Run the checks again: they offer it where it still helps.',
  },
  RUN_NOT_FOUND: {
    title: 'No such run',
    cause: 'The id is misspelt, the run was forgotten, or it was made under another account of this computer.',
    remedy: 'See the runs with the command: runs list',
  },
  RUN_NOT_STARTABLE: {
    title: 'This run cannot be started',
    cause: 'It is of another kind, has ended already, or another run has gone back over it.',
    remedy: 'See the runs and their state with the command: runs list',
  },
  PLAN_STALE: {
    title: 'The plan is out of date',
    cause: 'The run that it was made over was resumed, repaired or rolled back after the plan was made.',
    remedy: 'Nothing was changed. Make the plan again: give the same command once more.',
  },
  RUN_BUSY: {
    title: 'Another process works on this run',
    cause: 'It goes on in another window or terminal.',
    remedy: 'Wait until it has ended, or stop it, then run again.',
  },
  RUN_NEEDED: {
    title: 'Another run still needs this one',
    cause: 'A run that goes back over it, or goes on with it, has not ended.',
    remedy: 'Finish that run or forget it first.',
  },
  STATE_FILE_GONE: {
    title: 'The state file is not there any more',
    cause: 'It was moved or deleted after it was written.',
    remedy: 'Write it again: the run’s own record has all that it held.',
  },
  RUN_STORE_INVALID: {
    title: 'The record of a run cannot be read',
    cause: 'The disk was full or failed, or a newer version of this program was used before.',
    remedy:
      'It was left as it is. If a newer version wrote it, use that version. If it is damaged, recover makes a new record from database and bucket, and that one can be rolled back.',
  },
  RECORD_DAMAGED: {
    title: 'The record of the run is damaged',
    cause: 'The disk, its cable or memory has changed bytes of the file, or something else has written into it.',
    remedy:
      'Nothing was done by what is damaged. Documents that are still local are planned again by the next migration. For those on S3, recover makes a new record from database and bucket, and that one can be rolled back.',
  },
  DATA_FOLDER_UNWRITABLE: {
    title: 'The data folder cannot be written to',
    cause: 'Its disk is mounted read-only, or the folder belongs to another account.',
    remedy:
      'Every run is recorded in the data folder before anything is done. Make the folder shown writable for this account, or name another one with READUR_MIGRATE_HOME.',
  },
  DISK_FULL: {
    title: 'The disk is full',
    cause: 'Something has filled the disk, or a quota of this account is used up.',
    remedy:
      'Free up space on the disk shown, then repeat the command; an interrupted run is resumed with: resume. Another place can be named as well: READUR_MIGRATE_HOME for the data folder, TMPDIR for temporary files, another file for a report.',
  },
  STATE_FILE_INVALID: {
    title: 'This isn’t a readable state file',
    cause: 'It is another file, or it was cut off while it was written or copied.',
    remedy:
      'Choose a migration_state.json or rollback_errors.json of migrate_to_s3, or a state file that this program exported. The file was left as it is.',
  },
  STATE_FILE_PARTLY: {
    title: 'Part of the state file was not taken',
    cause: 'The older tool was ended while it wrote the file, or entries were changed by hand.',
    remedy:
      'What could be understood is in the history. For the rest look for another copy of the file (runs find), or rebuild the record with: recover.',
  },
  STATE_FILE_UNWRITABLE: {
    title: 'The state file cannot be written',
    cause: 'The folder belongs to another user, or its disk is full.',
    remedy: 'Allow this account to write into the folder shown, free space there, or name another file with --output.',
  },
  BACKUP_FAILED: {
    title: 'The database was not backed up',
    cause:
      'pg_dump is not installed there or is older than the server, Docker or the container does not answer, or a disk is full.',
    remedy:
      'pg_dump must be there, and no older than the server; the one in the database’s own container always fits: choose it, or name the container with --postgres-container. Nothing was changed, and a run can be made without a backup.',
  },
  REPORT_UNWRITABLE: {
    title: 'The report cannot be written',
    cause: 'The folder belongs to another user, or its disk is full.',
    remedy: 'Choose a folder that this account may write to and that has room, then write it again.',
  },
  PATHS_UNWRITABLE: {
    title: 'The paths of before the run cannot be written',
    cause: 'The folder belongs to another user, or its disk is full.',
    remedy: 'Choose a folder that this account may write to and that has room, then save them again.',
  },
  PERMIT_EXPIRED: {
    title: 'Too much time passed before a removal',
    cause: 'The computer slept, or the database or storage service was very slow to answer.',
    remedy: 'Nothing was removed. Resume the run; everything is checked again first.',
  },
  BUCKET_CLAIMED: {
    title: 'The bucket belongs to another database',
    cause:
      'This is a copy of the database, such as a test system, or the database was moved or restored from a backup. The other one may still need every object in the bucket.',
    remedy:
      'For a rehearsal, use another bucket, or only copy (copy now, switch later). If this database replaces the other one for good, take the bucket over under Check: from then on the other one can no longer remove objects from it.',
  },
  OBJECT_LEFT: {
    title: 'A copy that nothing points at could not be removed',
    cause: 'The key may not delete (s3:DeleteObject), the bucket is locked against it, or the service broke off.',
    remedy: 'It does no harm and takes space. Remove it by hand, or leave it: a later run finds it and uses it.',
  },
  ROLLBACK_BLOCKED: {
    title: 'The document was not rolled back',
    cause: 'Its local file is gone or damaged and could not be fetched, or the row was changed since.',
    remedy: 'Its row still points at the object, which is whole and was kept. See the cause, then roll back again.',
  },
  INTERNAL: {
    title: 'Unexpected error',
    cause: 'Nobody has foreseen it: it is likely to be a fault of this program.',
    remedy: 'Please report it with the text shown. Documents and rows are as the run report says.',
  },
} as const satisfies Record<string, { title: string; cause: string; remedy: string }>

/** Stable name of an error or finding. */
export type ErrorCode = keyof typeof errorCatalogue

export const isErrorCode = (text: string): text is ErrorCode => Object.hasOwn(errorCatalogue, text)

/** An error as data: what crosses IPC, is written to the journal and printed. Holds no secret. */
export interface ErrorData {
  code: ErrorCode
  title: string
  /** What happened, with the particulars of this case. */
  message: string
  /** The document, path, key or host that it happened to. */
  subject?: string
  remedy: string
  /** Messages of the underlying errors, outermost first. */
  causes: string[]
}
